using System.Text.Json;

namespace RepoHost.Hosting;

/// <summary>Reads a request's JSON body whole, within a limit.</summary>
internal static class JsonBody
{
    public const int DefaultLimit = 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The text of a JSON string; null for anything else.</summary>
    public static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>Whether every name and text can be read: the parser lets halves of characters pass and fails only when they are looked at.</summary>
    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.Object => element.EnumerateObject().All(p => p.Name is not null && IsText(p.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null when it is no JSON, or longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<JsonDocument?> ReadAsync(HttpContext context, int limit = DefaultLimit) => (await ReadOrSayAsync(context, limit)).Document;

    /// <summary>The document, or why there is none. What is too long is not read to its end.</summary>
    public static async Task<(JsonBodyFault Fault, JsonDocument? Document)> ReadOrSayAsync(HttpContext context, int limit = DefaultLimit)
    {
        if (context.Request.ContentLength > limit)
            return (JsonBodyFault.TooLong, null);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > limit)
                return (JsonBodyFault.TooLong, null);
            buffer.Write(chunk, 0, read);
        }

        if (buffer.Length == 0)
            return (JsonBodyFault.Empty, null);
        try
        {
            buffer.Position = 0;
            var document = await JsonDocument.ParseAsync(buffer, Options, context.RequestAborted);
            if (IsText(document.RootElement))
                return (JsonBodyFault.None, document);
            document.Dispose();
            return (JsonBodyFault.NotJson, null);
        }
        catch (JsonException)
        {
            return (JsonBodyFault.NotJson, null);
        }
    }
}

internal enum JsonBodyFault
{
    None,
    Empty,
    NotJson,
    TooLong,
}
