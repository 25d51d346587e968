using GateMiddleware.Rejection;

namespace RepoHost.Hosting;

/// <summary>An error answer as a handler's result: status, headers and body by the one writer.</summary>
internal sealed class Refused(Refusal refusal, RefusalFormat format = RefusalFormat.Json) : IResult
{
    public Refusal Refusal { get; } = refusal;

    public Task ExecuteAsync(HttpContext httpContext) => RefusalWriter.WriteAsync(httpContext, Refusal, format);

    public static implicit operator Refused(Refusal refusal) => new(refusal);

    public static Refused FromRefusal(Refusal refusal) => new(refusal);
}
