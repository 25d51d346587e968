using System.Text.Json;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>The body that completes an upload: <c>{"oid", "parts": [{"partNumber", "etag"}]}</c>, every part once.</summary>
internal static class LfsPartList
{
    /// <returns>The tags in the order of the parts; or what is wrong with the list.</returns>
    public static (IReadOnlyList<string>? Tags, string Wrong) Read(JsonElement body, LfsOid oid, int count)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array)
            return (null, "The body has no list of parts.");
        if (body.TryGetProperty("oid", out var named) && JsonBody.Text(named) != oid.Value)
            return (null, "The body names another object than this address was made for.");

        var tags = new string?[count];
        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object
                || !part.TryGetProperty("partNumber", out var at) || at.ValueKind != JsonValueKind.Number || !at.TryGetInt32(out var number)
                || !part.TryGetProperty("etag", out var tag) || JsonBody.Text(tag) is not { } text)
                return (null, "Each part needs a partNumber and an etag.");
            if (number < 1 || number > count)
                return (null, $"There is no part {number}: the object has {count}.");
            if (tags[number - 1] is not null)
                return (null, $"Part {number} is listed twice.");
            tags[number - 1] = Plain(text);
        }

        var missing = Array.IndexOf(tags, null);
        return missing < 0 ? ([.. tags.OfType<string>()], "") : (null, $"Part {missing + 1} is not in the list.");
    }

    /// <summary>As the header was, with its quotes, or without; a proxy that compresses makes it weak.</summary>
    private static string Plain(string etag) => (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');
}
