using System.Text;
using System.Text.Json;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>The Python client reads <c>url</c> and refuses another host than the one it was configured with (trap T8).</summary>
internal sealed record CreatedRepository(string Url, string Name, string Id);

/// <summary>With <c>exist_ok</c> clients go on with the <c>url</c> of the refusal (trap T25).</summary>
internal sealed record TakenName(string Error, string Url);

/// <summary><c>POST /api/repos/create</c> (contract 7.1).</summary>
internal static class RepositoryCreationEndpoints
{
    private static readonly string[] OfRunningSpaces =
        ["template", "hardware", "storageTier", "sleepTimeSeconds", "secrets", "variables", "volumes", "devModeEnabled"];

    private const int MaxBody = 16 << 20;

    private static readonly Refusal TooLong =
        new(413, null, "The request is larger than 16 MB. Create the repository without the files and upload them afterwards.", null);

    public static readonly Refusal ServiceHasNoNamespace =
        new(403, null, "A service account owns no repositories. Name its organization: \"organization\" in the body, or organization/name.", null);

    public static void MapRepositoryCreation(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/repos/create", CreateAsync).WithAccess(RouteAccess.Person);

    private static async Task<IResult> CreateAsync(HttpContext context, RepositoryCreation creation, RepositoryRoles roles, RepositoryCatalog catalog, PublicUrl publicUrl)
    {
        var (fault, document) = await JsonBody.ReadOrSayAsync(context, MaxBody);
        using var body = document;
        if (body is null)
            return new Refused(fault == JsonBodyFault.TooLong ? TooLong : BodyFields.Unreadable(fault));
        var caller = context.Caller();
        var fields = new BodyFields(body);
        var asked = AskedRepository.Read(fields, caller);
        // Both are always looked at: where they disagree the stricter holds. With neither, the organization's default.
        var (visibility, flag) = (fields.Word("visibility", "public", "private"), fields.Flag("private"));
        bool? isPrivate = visibility is null && flag is null ? null : visibility == "private" || flag == true;
        var (license, sdk, parts) = (LicenseIn(fields), SdkIn(fields, asked.Type), fields.Size("lfsmultipartthresh"));
        var given = FilesIn(fields);
        NotHereIn(fields);
        if (fields.Fault is { } invalid)
            return new Refused(invalid);

        if (caller.IsService && asked.Namespace.Equals(caller.UserName, StringComparison.OrdinalIgnoreCase))
            return new Refused(ServiceHasNoNamespace);
        var order = new RepositoryOrder(asked.Type, asked.Namespace, asked.Name, null, isPrivate, null) { LfsMultipartBytes = parts };
        var result = await creation.CreateAsync(caller, order, license, sdk, given, context.RequestAborted);
        if (result.Repository is { } created)
            return TypedResults.Ok(new CreatedRepository(UrlOf(publicUrl, created.Type, created.FullName), created.FullName, created.Id));
        return result.Taken ? await TakenAsync(context, asked, result.Refusal!.Message, catalog, roles, publicUrl) : new Refused(result.Refusal!);
    }

    /// <summary>Whoever may create there learns that a name is taken; how a repository that they can't see spells it, they do not.</summary>
    public static async Task<IResult> TakenAsync(
        HttpContext context, AskedRepository asked, string sentence, RepositoryCatalog catalog, RepositoryRoles roles, PublicUrl publicUrl)
    {
        var there = await catalog.FindAsync(asked.Type, asked.Namespace, asked.Name, context.RequestAborted);
        var seen = there is not null && (await roles.FindAsync(there, context.Caller(), context.RequestAborted)).MaySee;
        context.Response.Headers["X-Error-Message"] = sentence;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new TakenName(sentence, UrlOf(publicUrl, asked.Type, seen ? there!.FullName : $"{asked.Namespace}/{asked.Name}")), statusCode: StatusCodes.Status409Conflict);
    }

    public static string UrlOf(PublicUrl publicUrl, RepositoryType type, string id) => publicUrl.Of($"/{type.Prefix()}{id}");

    /// <summary>
    /// What would narrow who sees the repository, or where it lies, and what a running Space is given: people must hear that it does not hold, and not find out
    /// later.
    /// </summary>
    public static void NotHereIn(BodyFields fields)
    {
        if (fields.Has("resourceGroupId"))
        {
            fields.Wrong(
                "resourceGroupId",
                "This server has no resource groups, so nothing was made. "
                + "Leave the field out and set \"visibility\": \"private\", or ask for an organization of its own");
        }

        if (fields.Has("region"))
            fields.Wrong("region", "This server keeps all repositories in one place and has no regions, so nothing was made. Leave the field out");
        foreach (var name in OfRunningSpaces)
        {
            if (fields.Has(name))
                fields.Wrong(name, "This server keeps the files of Spaces and does not run them, so nothing was made. Leave the field out");
        }
    }

    private static string? SdkIn(BodyFields fields, RepositoryType type)
    {
        // Python warns that it is passed over for other types, and sends it all the same.
        if (type != RepositoryType.Space)
            return null;
        var sdk = fields.Word("sdk", "gradio", "streamlit", "docker", "static");
        if (sdk is null)
            fields.Wrong("sdk", "Invalid option: a Space needs one of \"gradio\"|\"streamlit\"|\"docker\"|\"static\"");
        return sdk;
    }

    private static string? LicenseIn(BodyFields fields)
    {
        var license = fields.Text("license");
        if (string.IsNullOrEmpty(license))
            return null;
        if (!Licenses.IsIdentifier(license))
            fields.Wrong("license", "Invalid license: expected an identifier such as mit or apache-2.0");
        return license;
    }

    private static List<FirstFile> FilesIn(BodyFields fields)
    {
        var files = new List<FirstFile>();
        foreach (var (index, item) in fields.List("files").Index())
        {
            var (path, content, encoding) = (TextOf(item, "path"), TextOf(item, "content"), TextOf(item, "encoding") ?? "utf-8");
            if (path is null || content is null || BytesOf(content, encoding) is not { } bytes)
            {
                fields.Wrong($"files[{index}]", "Invalid file: expected \"path\", \"content\" and \"encoding\" (\"base64\" or \"utf-8\")");
                break;
            }

            files.Add(new(path, bytes));
        }

        return files;
    }

    private static byte[]? BytesOf(string content, string encoding)
    {
        if (encoding is "utf-8" or "utf8")
            return Encoding.UTF8.GetBytes(content);
        var bytes = new byte[content.Length];
        return encoding == "base64" && Convert.TryFromBase64String(content, bytes, out var length) ? bytes[..length] : null;
    }

    private static string? TextOf(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? JsonBody.Text(value) : null;
}
