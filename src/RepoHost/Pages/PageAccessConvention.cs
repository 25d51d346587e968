using System.Reflection;
using GateMiddleware;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Routing;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages;

/// <summary>
/// Gives every page's endpoints what other routes get from <c>WithAccess</c>: methods, access and gate; and repository pages one address for each type of
/// repository. Pages are compiled to endpoints when they are first asked for, so attributes of the page model would be seen too late.
/// </summary>
internal sealed class PageAccessConvention : IPageRouteModelConvention
{
    private const string RepositoryPrefix = $"{{{RouteAccessMetadata.Namespace}}}/{{{RouteAccessMetadata.Name}}}";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] ReadingOnlyWhole = [HttpMethods.Get];
    private static readonly string[] Sending = [HttpMethods.Post];

    public void Apply(PageRouteModel model)
    {
        var page = PageModelOf(model.ViewEnginePath);
        var access = page.GetCustomAttribute<PageAccessAttribute>() ?? throw new InvalidOperationException($"{page} declares no access: give it a [PageAccess].");
        if (model.Selectors is not [{ AttributeRouteModel.Template: { } template }])
            throw new InvalidOperationException($"{model.ViewEnginePath} needs one absolute route: @page \"/…\".");

        model.Selectors.Clear();
        var ofRepository = template.StartsWith(RepositoryPrefix, StringComparison.Ordinal);
        foreach (var type in ofRepository ? [.. Enum.GetValues<RepositoryType>()] : (RepositoryType?[])[null])
        {
            var address = type?.Prefix() + template;
            if (Answers(page, "OnGet"))
                model.Selectors.Add(Selector(address, access.GetOnly ? ReadingOnlyWhole : Reading, access.Access, access, type));
            if (Answers(page, "OnPost"))
                model.Selectors.Add(Selector(address, Sending, access.Post, access, type));
        }
    }

    private static SelectorModel Selector(string template, string[] methods, RouteAccess access, PageAccessAttribute page, RepositoryType? type)
    {
        var selector = new SelectorModel { AttributeRouteModel = new AttributeRouteModel { Template = template, SuppressLinkGeneration = true } };
        selector.EndpointMetadata.Add(new HttpMethodMetadata(methods));
        selector.EndpointMetadata.Add(new RouteAccessMetadata(access, type, RefusalFormat.Html));
        if (type is not null)
            selector.EndpointMetadata.Add(new GateMetadata(ObserveOnly: !access.AsksGate(), page.PublicFiles ? PublicFiles.IsAsked : null, RefusalFormat.Html));
        if (page.LargestPost > 0 && methods == Sending)
            selector.EndpointMetadata.Add(new RequestSizeLimitAttribute(page.LargestPost));
        if (page.ShowsKeptForm && methods == Sending)
            selector.EndpointMetadata.Add(new ShowsKeptFormMetadata());
        return selector;
    }

    /// <summary><c>/Files/Tree</c> is <c>RepoHost.Pages.Files.TreeModel</c>.</summary>
    private static Type PageModelOf(string viewPath) =>
        typeof(PageAccessConvention).Assembly.GetType($"{typeof(PageAccessConvention).Namespace}{viewPath.Replace('/', '.')}Model")
        ?? throw new InvalidOperationException($"The page {viewPath} has no page model of its name.");

    private static bool Answers(Type page, string handler) =>
        page.GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(m => m.Name.StartsWith(handler, StringComparison.Ordinal));
}
