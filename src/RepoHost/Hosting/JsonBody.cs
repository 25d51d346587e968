using System.Text.Json;

namespace RepoHost.Hosting;

/// <summary>Reads a request's JSON body whole, within a limit.</summary>
internal static class JsonBody
{
    public const int DefaultLimit = 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>Null when it is no JSON, or longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<JsonDocument?> ReadAsync(HttpContext context, int limit = DefaultLimit)
    {
        if (context.Request.ContentLength > limit)
            return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > limit)
                return null;
            buffer.Write(chunk, 0, read);
        }

        try
        {
            buffer.Position = 0;
            return await JsonDocument.ParseAsync(buffer, Options, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
