using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace RepoHost.Gating;

/// <summary>
/// Which methods an address answers, for a request that came with another one. Routing knows that some route has the address, and not which: the pages of people and
/// repositories have nearly every short one, so that a program which asks for what there is not would hear of a wrong method.
/// </summary>
internal sealed class AddressMethods(EndpointDataSource endpoints, ParameterPolicyFactory policies)
{
    private readonly Lazy<Address[]> known = new(() => [.. endpoints.Endpoints.OfType<RouteEndpoint>().Where(IsForPrograms).Select(endpoint => Describe(endpoint, policies))]);

    /// <returns>Empty for an address that there is not.</returns>
    public IReadOnlyList<string> Of(HttpContext context) =>
        [.. known.Value.Where(address => address.Answers(context)).SelectMany(address => address.Methods).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A page that is somebody's or some repository's may be there or not, which is not looked at for a method that it does not have.</summary>
    private static bool IsForPrograms(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<RouteAccessMetadata>() is { } access && (access.Format != RefusalFormat.Html || endpoint.RoutePattern.Parameters.Count == 0);

    private static Address Describe(RouteEndpoint endpoint, ParameterPolicyFactory policies)
    {
        var pattern = endpoint.RoutePattern;
        var constraints = pattern.ParameterPolicies.SelectMany(pair => pair.Value.Select(
            reference => (pair.Key, Constraint: policies.Create(pattern.GetParameter(pair.Key), reference) as IRouteConstraint)));
        return new(
            new TemplateMatcher(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults)),
            [.. constraints.Where(pair => pair.Constraint is not null).Select(pair => (pair.Key, pair.Constraint!))],
            endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []);
    }

    private sealed record Address(TemplateMatcher Path, (string Key, IRouteConstraint Constraint)[] Constraints, IReadOnlyList<string> Methods)
    {
        public bool Answers(HttpContext context)
        {
            var values = new RouteValueDictionary();
            return Path.TryMatch(context.Request.Path, values)
                && Constraints.All(rule => rule.Constraint.Match(context, null, rule.Key, values, RouteDirection.IncomingRequest));
        }
    }
}
