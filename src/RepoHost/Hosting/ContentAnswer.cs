using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Hosting;

/// <summary>The facts about a file that its response headers are made of (contract 3.1.1).</summary>
/// <param name="FileName">The last piece of its path, for <c>Content-Disposition</c>.</param>
/// <param name="Size">Bytes that a whole GET answers.</param>
/// <param name="ETag">Strong and quoted (trap T1).</param>
/// <param name="Commit">40 hex digits for <c>X-Repo-Commit</c>; null where none was asked for.</param>
/// <param name="LinkedETag">Quoted SHA-256 for LFS files; null for git blobs.</param>
internal sealed record ContentDescription(string FileName, long Size, string ETag, string? Commit, string? LinkedETag)
{
    /// <summary>The size in decimal, for <c>X-Linked-Size</c>.</summary>
    public string SizeText { get; } = Size.ToString(CultureInfo.InvariantCulture);

    /// <summary>Never text/html for users' files. Pictures that a README shows keep their type; nothing that can run script does (threat row 37).</summary>
    public string ContentType { get; } = Path.GetExtension(FileName).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        _ when LinkedETag is not null => "application/octet-stream",
        _ => "text/plain; charset=utf-8",
    };

    public string Inline { get; } = Disposition("inline", FileName);

    public string Attachment => Disposition("attachment", FileName);

    /// <summary>The Python client reads the plain form and needs the semicolon after it (trap T37).</summary>
    private static string Disposition(string word, string fileName)
    {
        var plain = new StringBuilder(fileName.Length);
        foreach (var c in fileName)
            plain.Append(c is '"' or '\\' or < ' ' or > '~' ? '_' : c);
        return $"{word}; filename*=UTF-8''{Uri.EscapeDataString(fileName)}; filename=\"{plain}\";";
    }
}

/// <summary>
/// Answers GET and HEAD for the content of one file: the same headers for both (trap T12), ranges and conditions as contract 3.1.2 has them.
/// The caller has asked the gate before: not even size or ETag may reach somebody who was refused.
/// </summary>
internal static class ContentAnswer
{
    /// <summary>Sets status and headers. Returns which bytes the body has; a length of 0 means no body (HEAD, 304, 416, empty file).</summary>
    /// <param name="guarded">Gated or private: no shared cache may keep it.</param>
    public static (long Offset, long Length) Begin(HttpContext context, ContentDescription content, bool guarded)
    {
        var request = context.Request;
        var response = context.Response;
        var headers = response.Headers;

        headers.ETag = content.ETag;
        headers["X-Repo-Commit"] = content.Commit;
        headers.Vary = "Authorization, Cookie";
        headers.CacheControl = guarded ? "private, no-cache" : "no-cache";

        if (IsAnotherVersion(request, content.ETag))
        {
            response.StatusCode = StatusCodes.Status412PreconditionFailed;
            headers["X-Error-Message"] = "The file has another version by now than the one that If-Match names. Ask for its present one first.";
            response.ContentLength = 0;
            return (0, 0);
        }

        if (NotModified(request, content.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return (0, 0);
        }

        headers.AcceptRanges = "bytes";
        headers.ContentDisposition = request.QueryString.HasValue && QueryValues.IsTrue(request.Query["download"]) ? content.Attachment : content.Inline;
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.ContentType = content.ContentType;
        if (content.LinkedETag is { } linked)
        {
            headers["X-Linked-ETag"] = linked;
            headers["X-Linked-Size"] = content.SizeText;
        }

        // A HEAD is told of the whole content: a range means something to GET alone (RFC 9110, 14.2).
        var range = HttpMethods.IsGet(request.Method) && RangeMayApply(request, content.ETag) ? ByteRange.Parse(request.Headers.Range, content.Size) : default;
        var (offset, length) = (0L, content.Size);
        switch (range.Kind)
        {
            case ByteRangeKind.Part:
                response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.First + range.Length - 1}/{content.Size}");
                (offset, length) = (range.First, range.Length);
                break;
            case ByteRangeKind.PartOfNothing:
                headers.ContentRange = "bytes 0-0/0";
                break;
            case ByteRangeKind.Unsatisfiable:
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{content.Size}");
                response.ContentLength = 0;
                return (0, 0);
        }

        response.ContentLength = length;
        return HttpMethods.IsHead(request.Method) ? (0, 0) : (offset, length);
    }

    /// <summary>Answers from memory: small git blobs.</summary>
    public static async Task WriteAsync(HttpContext context, ContentDescription content, bool guarded, ReadOnlyMemory<byte> bytes)
    {
        var (offset, length) = Begin(context, content, guarded);
        if (length > 0)
            await context.Response.BodyWriter.WriteAsync(bytes.Slice((int)offset, (int)length), context.RequestAborted);
    }

    /// <summary>Answers from a file on disk: LFS objects and spooled git blobs.</summary>
    public static async Task WriteAsync(HttpContext context, ContentDescription content, bool guarded, SafeFileHandle file)
    {
        var (offset, length) = Begin(context, content, guarded);
        if (length > 0)
            await FileBody.WriteAsync(context, file, offset, length);
    }

    /// <summary>If-Match comes before every other condition (RFC 9110, 13.2.2), and a weak tag matches nothing.</summary>
    private static bool IsAnotherVersion(HttpRequest request, string etag)
    {
        var condition = request.Headers.IfMatch;
        if (condition.Count == 0 || (condition.Count == 1 && condition[0] == etag))
            return false;
        return !EntityTagHeaderValue.TryParseList(condition, out var tags) || !tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || (!t.IsWeak && t.Tag == etag));
    }

    private static bool NotModified(HttpRequest request, string etag)
    {
        var condition = request.Headers.IfNoneMatch;
        if (condition.Count == 0)
            return false;
        if (condition.Count == 1 && condition[0] == etag)
            return true;
        return EntityTagHeaderValue.TryParseList(condition, out var tags)
            && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Tag == etag);
    }

    /// <summary>If-Range with anything but our strong tag means: send the whole, the part you know is of another version.</summary>
    private static bool RangeMayApply(HttpRequest request, string etag)
    {
        var condition = request.Headers.IfRange;
        return condition.Count == 0 || (condition.Count == 1 && condition[0] == etag);
    }
}
