using System.Text.Json;
using GateMiddleware.Rejection;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <param name="SentPath">To be echoed as it was sent.</param>
/// <param name="Sample">The first bytes; empty when none came.</param>
internal sealed record PreuploadFile(string SentPath, TreePath Path, long Size, byte[] Sample);

/// <summary>The body of a preupload (contract 7.2).</summary>
/// <param name="Ignore">Stands for the repository's <c>.gitignore</c>; null if the repository's own counts.</param>
/// <param name="Attributes">Stands for the repository's <c>.gitattributes</c>.</param>
internal sealed record PreuploadBody(IReadOnlyList<PreuploadFile> Files, string? Ignore, string? Attributes)
{
    public const int LargestBody = 8 * 1024 * 1024;

    private const int MostFiles = 1000;
    private const int LongestText = 256 * 1024;

    /// <summary>Over all paths: each folder is looked up in the repository. What matching patterns costs has a bound of its own (<see cref="PreuploadFiles"/>).</summary>
    private const int MostPieces = 50_000;

    public static (PreuploadBody? Body, Refusal? Invalid) Read(JsonDocument? document)
    {
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
            return (null, HubErrors.Invalid($"Invalid input: expected a JSON object of at most {LargestBody >> 20} MB"));
        if (!root.TryGetProperty("files", out var list) || list.ValueKind != JsonValueKind.Array)
            return (null, HubErrors.Invalid("Invalid input: expected array", "files"));
        if (list.GetArrayLength() > MostFiles)
            return (null, HubErrors.Invalid($"Too big: expected array to have <={MostFiles} items", "files"));

        var (ignore, attributes) = (Text(root, "gitIgnore"), Text(root, "gitAttributes"));
        if (ignore?.Length > LongestText || attributes?.Length > LongestText)
            return (null, HubErrors.Invalid($"Too big: expected string to have <={LongestText} characters", ignore?.Length > LongestText ? "gitIgnore" : "gitAttributes"));

        var files = new List<PreuploadFile>();
        foreach (var element in list.EnumerateArray())
        {
            var (file, invalid) = ReadFile(element, files.Count);
            if (file is null)
                return (null, invalid);
            files.Add(file);
        }

        if (files.Sum(file => file.SentPath.AsSpan().Count('/') + 1) > MostPieces)
            return (null, HubErrors.Invalid("Too big: the paths have too many folders; ask for fewer files at once", "files"));

        return (new(files, ignore, attributes), null);
    }

    private static (PreuploadFile? File, Refusal? Invalid) ReadFile(JsonElement element, int at)
    {
        if (element.ValueKind != JsonValueKind.Object || Text(element, "path") is not { } text)
            return (null, HubErrors.Invalid("Invalid input: expected string", FormattableString.Invariant($"files[{at}].path")));
        // The commit would refuse it; better before the upload than after it.
        if (!CommitPath.TryParse(text, out var path, out var fault))
            return (null, new Refusal(422, null, $"The path \"{(text.Length <= 200 ? text : text[..200] + "…")}\" can't be used: {fault}.", null));
        if (!element.TryGetProperty("size", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out var size) || size < 0)
            return (null, HubErrors.Invalid("Invalid input: expected a whole number that is not negative", FormattableString.Invariant($"files[{at}].size")));
        // A hint, nothing more: one that can't be read says nothing.
        var sample = element.TryGetProperty("sample", out var sent) && sent.ValueKind == JsonValueKind.String && sent.TryGetBytesFromBase64(out var bytes) ? bytes : [];
        return (new(text, path, size, sample), null);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? JsonBody.Text(value) : null;
}
