using System.IO.Compression;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>The body of a request of git's: plain or gzip, chunked or not (gitprotocol-http).</summary>
internal static class GitRequestBody
{
    /// <summary>Null when it is of another type or encoding than this service's; the refusal is then 415.</summary>
    public static Stream? Open(HttpRequest request, string service)
    {
        if (request.ContentType != $"application/x-{service}-request")
            return null;
        return request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => request.Body,
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            _ => null,
        };
    }

    /// <summary>Copies at most <paramref name="limit"/> bytes, counted after decompression.</summary>
    /// <returns>False when there is more.</returns>
    public static async Task<bool> CopyAsync(Stream from, Stream to, long limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (long total = 0; ;)
        {
            var read = await from.ReadAsync(buffer, cancellationToken);
            if (read == 0)
                return true;
            if ((total += read) > limit)
                return false;
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    public static readonly GateMiddleware.Rejection.Refusal WrongType = HubErrors.UnsupportedMedia("This address takes what git sends: its content type and gzip or no content encoding.");
}
