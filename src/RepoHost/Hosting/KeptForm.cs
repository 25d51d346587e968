using System.Collections.Frozen;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace RepoHost.Hosting;

/// <summary>
/// The fields of a form that came from a page of this site and could not be taken, because the session of its sender has ended or is another one by now. The
/// page that says so carries them, so that nobody has to write them again. They are nowhere else.
/// </summary>
/// <param name="Address">Escaped path and query that the form was sent to.</param>
/// <param name="Multipart">It was sent as browsers send files.</param>
/// <param name="Fields">As they came, without those that <paramref name="Left"/> is about.</param>
/// <param name="Left">Files or passwords were among them. They are not kept.</param>
internal sealed record KeptForm(string Address, bool Multipart, IReadOnlyList<KeyValuePair<string, string>> Fields, bool Left)
{
    /// <summary>All of a kept form travels there and back again.</summary>
    public const int Most = 4 << 20;

    /// <summary>What the password fields of our pages are called. A password is typed once more; it is written into no page.</summary>
    public static readonly FrozenSet<string> PasswordFields = FrozenSet.ToFrozenSet(["password", "current"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Puts the form of the request among its features.</summary>
    /// <returns>Whether there is one to keep: it must come from a page of this site by the browser's own word, or another site could fill in our
    /// forms.</returns>
    public static async Task<bool> TryKeepAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || request.ContentLength is null or > Most || !IsFromThisSite(context))
            return false;
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return false;
        }

        var own = context.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.FormFieldName;
        var fields = form.Where(field => field.Key != own && !PasswordFields.Contains(field.Key))
            .SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? ""));
        var left = form.Files.Any(file => file.Length > 0) || form.Keys.Any(PasswordFields.Contains);
        var multipart = request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
        context.Features.Set(new KeptForm(request.Path.ToUriComponent() + request.QueryString.ToUriComponent(), multipart, [.. fields], left));
        return true;
    }

    /// <summary>Browsers write both headers by themselves, and no page can change them; without TLS they send the second one only.</summary>
    private static bool IsFromThisSite(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site == "same-origin";
        var known = new Uri(context.RequestServices.GetRequiredService<PublicUrl>().Base).Authority;
        return Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && (string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase) || string.Equals(origin.Authority, known, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>
/// On a form's endpoint: a <see cref="KeptForm"/> of somebody who is logged in is shown again by the page itself, which changes nothing then.
/// </summary>
internal sealed class ShowsKeptFormMetadata;
