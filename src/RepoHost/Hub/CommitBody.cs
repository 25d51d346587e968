using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using GateMiddleware.Rejection;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>Reads the lines of a commit (contract 7.4) one by one, none of their contents whole in memory. Nothing follows a fault.</summary>
/// <param name="folder">Where long contents may lie until the next line is read; whoever owns it removes it.</param>
internal sealed class CommitBody(Stream body, string folder, long limit, int mostOperations)
{
    /// <summary>Of all .gitattributes together: their texts are kept until the commit is written.</summary>
    private const long MostAttributes = 16 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private static readonly Refusal TooManyAttributes =
        new(413, null, $"The {GitAttributes.FileName} files of a commit may have {ByteCount.Of(MostAttributes)} together. Make several commits of it.", null);

    private readonly string contentFile = Path.Combine(folder, "content");

    public static Refusal TooLarge(long limit) =>
        new(413, null, ($"A commit may have {ByteCount.Of(limit)} at most here. Make several commits of it, or upload large files to LFS first."), null);

    public async IAsyncEnumerable<CommitLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lines = new CommitLineReader(body, folder, limit);
        var (header, operations, attributes) = (false, 0, 0L);
        for (var open = true; open;)
        {
            var read = await lines.ReadAsync(cancellationToken);
            if (read == CommitLineRead.Line && lines.Line.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            var line = read switch
            {
                CommitLineRead.Line => await ParseAsync(lines, cancellationToken),
                CommitLineRead.End => header ? null : Bad(lines, "the body has no header: the first line must be {\"key\": \"header\", \"value\": {\"summary\": …}}"),
                CommitLineRead.BodyTooLong => new CommitFault(TooLarge(limit)),
                CommitLineRead.SecondLongText => Bad(lines, $"only the content of a file may be longer than {CommitLineReader.LongestText} bytes"),
                _ => Bad(lines, $"it is longer than {CommitLineReader.LongestLine} bytes, the content of a file not counted"),
            };
            if (line is CommitHeader == header && line is CommitHeader or CommitOperation)
                line = Bad(lines, header ? "there is a second header" : "the header must come first");
            if (line is CommitOperation && ++operations > mostOperations)
                line = Bad(lines, string.Create(CultureInfo.InvariantCulture, $"a commit may have {mostOperations} operations. Make several commits of it"));
            if (line is PutFile { Path.Name: GitAttributes.FileName } rules && (attributes += rules.Length) > MostAttributes)
                line = new CommitFault(TooManyAttributes);
            if (line is not null)
                yield return line;
            header |= line is CommitHeader;
            open = line is not (null or CommitFault);
        }
    }

    private async Task<CommitLine> ParseAsync(CommitLineReader lines, CancellationToken cancellationToken)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(lines.Line, Options);
        }
        catch (JsonException)
        {
            return Bad(lines, "it is no JSON");
        }

        using (document)
        {
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Object)
                return Bad(lines, "expected an object {\"key\": …, \"value\": {…}}");
            return Text(root, "key") switch
            {
                "header" => ParseHeader(lines, value),
                "file" => await ParseFileAsync(lines, value, cancellationToken),
                "lfsFile" => WithPath(lines, value, path => ParseLfsFile(lines, path, value)),
                "deletedFile" => WithPath(lines, value, path => new DeleteFile(path)),
                "deletedFolder" => WithPath(lines, value, path => new DeleteFolder(path), folder: true),
                _ => Bad(lines, "\"key\" must be one of header, file, lfsFile, deletedFile, deletedFolder"),
            };
        }
    }

    private static CommitLine ParseHeader(CommitLineReader lines, JsonElement value)
    {
        var (summary, description) = (Text(value, "summary"), Text(value, "description") ?? "");
        if (string.IsNullOrWhiteSpace(summary))
            return Bad(lines, "the header needs a \"summary\" that is not empty");
        // Git's own tools end a message at a zero.
        if ($"{summary}{description}".AsSpan().ContainsAny("\0") || summary == lines.Placeholder || description == lines.Placeholder)
            return Bad(lines, $"\"summary\" and \"description\" may be {CommitLineReader.LongestText} bytes long and hold no zero character");
        return new CommitHeader(summary.Trim(), description.Trim(), Text(value, "parentCommit") is { Length: > 0 } parent ? parent : null);
    }

    private async Task<CommitLine> ParseFileAsync(CommitLineReader lines, JsonElement value, CancellationToken cancellationToken)
    {
        if (Text(value, "encoding") is not ("base64" or "utf-8" or null) || !value.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
            return Bad(lines, "a file needs \"content\", and \"encoding\" must be base64 or utf-8");
        var parsed = ParsePath(lines, value, out var path);
        if (parsed is not null)
            return parsed;

        // Contract 7.4 names no default; base64 is what all clients send.
        var base64 = Text(value, "encoding") != "utf-8";
        if (content.ValueEquals(lines.Placeholder))
        {
            return await LongText.DecodeAsync(lines.LongTextFile, contentFile, base64, cancellationToken) is { } length
                ? new PutFile(path, length, () => new FileStream(contentFile, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan))
                : Bad(lines, Undecodable(base64));
        }

        return Decode(content, base64) is { } bytes
            ? new PutFile(path, bytes.Length, () => new MemoryStream(bytes, writable: false))
            : Bad(lines, Undecodable(base64));
    }

    private static string Undecodable(bool base64) => base64 ? "the \"content\" is no base64" : "the \"content\" is no text";

    private static byte[]? Decode(JsonElement content, bool base64)
    {
        try
        {
            return !base64 ? Encoding.UTF8.GetBytes(content.GetString()!) : content.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character.
            return null;
        }
    }

    private static CommitLine ParseLfsFile(CommitLineReader lines, TreePath path, JsonElement value)
    {
        if (Text(value, "algo") is not ("sha256" or null) || !LfsOid.TryParse(Text(value, "oid"), out var oid))
            return Bad(lines, "an lfsFile needs \"algo\": \"sha256\" and an \"oid\" of 64 lower-case hex digits");
        if (!value.TryGetProperty("size", out var size) || size.ValueKind == JsonValueKind.Null)
            return new PutLfsFile(path, oid, null);
        return size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes) && bytes >= 0
            ? new PutLfsFile(path, oid, bytes)
            : Bad(lines, "\"size\" must be a whole number");
    }

    private static CommitLine WithPath(CommitLineReader lines, JsonElement value, Func<TreePath, CommitLine> make, bool folder = false) =>
        ParsePath(lines, value, out var path, folder) ?? make(path);

    private static CommitFault? ParsePath(CommitLineReader lines, JsonElement value, out TreePath path, bool folder = false)
    {
        var text = Text(value, "path");
        path = default;
        if (text is null)
            return Bad(lines, "\"path\" is missing or no text");
        // Only folders may be written with a slash at the end.
        var fault = "it is over 4096 bytes long";
        if (text != lines.Placeholder && CommitPath.TryParse(folder && text.EndsWith('/') && text.Length > 1 ? text[..^1] : text, out path, out fault))
            return null;
        var shown = text.Length <= 200 ? text : text[..200] + "…";
        return new CommitFault(new Refusal(422, null, string.Create(CultureInfo.InvariantCulture, $"Line {lines.Number}: the path \"{shown}\" can't be used: {fault}."), null));
    }

    private static CommitFault Bad(CommitLineReader lines, string fault) =>
        new(HubErrors.BadRequest(string.Create(CultureInfo.InvariantCulture, $"Line {lines.Number} of the commit: {fault}.")));

    /// <summary>Null for what is not there, no text, or half a character.</summary>
    private static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) ? JsonBody.Text(value) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
