using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace RepoHost.Accounts;

/// <summary>What a long transfer counts for, and how slow it may be: it keeps a process of the server's waiting all the while.</summary>
internal static class TransferLimits
{
    /// <summary>An old modem's pace; slower ones are cut off once they had half a minute.</summary>
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 4_000, gracePeriod: TimeSpan.FromSeconds(30));

    /// <summary>Who counts as one caller: the person, or the network where nobody is known.</summary>
    public static string Key(HttpContext context) => context.Caller().UserId ?? ClientNetwork.Of(context.Connection.RemoteIpAddress).ToString();

    public static void Apply(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
            request.MinDataRate = Slowest;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
            response.MinDataRate = Slowest;
    }
}
