using System.Text;

namespace RepoHost.Hosting;

/// <summary>
/// The <c>Link</c> header to the next page (contract 4.9): an absolute address on our public base, one space before <c>rel</c>, and no literal comma,
/// or one of three parsers cuts it wrongly (trap T42).
/// </summary>
internal static class PageLink
{
    public static void Next(HttpContext context, PublicUrl publicUrl, string cursor, string parameter = "cursor")
    {
        var url = new StringBuilder(publicUrl.Of(context.Request.Path.ToUriComponent()));
        var separator = '?';
        foreach (var (name, values) in context.Request.Query)
        {
            if (name == parameter)
                continue;
            foreach (var value in values)
            {
                url.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value ?? ""));
                separator = '&';
            }
        }

        url.Append(separator).Append(parameter).Append('=').Append(Uri.EscapeDataString(cursor));
        context.Response.Headers.Link = $"<{url.Replace(",", "%2C")}>; rel=\"next\"";
    }

    /// <summary>A cursor that clients hand back without looking inside.</summary>
    public static string Pack(params ReadOnlySpan<string> parts) => Base64Url(string.Join('\n', parts!));

    /// <summary>The parts of a cursor of ours; null for anything else.</summary>
    public static string[]? Unpack(string? cursor, int parts)
    {
        if (string.IsNullOrEmpty(cursor) || cursor.Length > 8192)
            return null;
        try
        {
            var unpacked = new UTF8Encoding(false, true).GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor)).Split('\n', parts);
            return unpacked.Length == parts ? unpacked : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Base64Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
