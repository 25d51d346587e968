using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Pages.Markup;

/// <summary>Where the links and pictures of a text lead, as addresses that may stand in a page.</summary>
/// <param name="links">The site's own addresses.</param>
/// <param name="ownAddress">Scheme, host, port and path base of this server: pictures there are our own.</param>
/// <param name="place">Null for a text that lies nowhere: it has no relative links.</param>
/// <param name="idPrefix">Before every id of the text, so that none of them is one of the page's own or of another text.</param>
internal sealed class MarkupLinks(SiteLinks links, string ownAddress, MarkupPlace? place, string idPrefix)
{
    /// <summary>Of how many other repositories a text may show pictures to those who do not pass the gate.</summary>
    public const int MostSources = 20;

    private const int Longest = 2000;

    /// <summary>Null for what can't be followed.</summary>
    public string? Target(string written)
    {
        var target = Read(written) switch
        {
            { Length: 0 } => null,
            ['#', .. var id] => "#" + Ids.Of(Decode(id)),
            var url => Absolute(url) ?? OnThisSite(url) ?? InRepository(url, picture: false),
        };
        return string.IsNullOrEmpty(target) ? null : target;
    }

    /// <summary>A picture of this server; null for what is none.</summary>
    public MarkupPicture? Picture(string written)
    {
        var url = Read(written);
        if (url.Length == 0 || url[0] == '#')
            return null;
        var here = url.StartsWith(ownAddress + "/", StringComparison.OrdinalIgnoreCase) ? url[ownAddress.Length..] : url;
        if (here[0] == '/')
        {
            // Nothing but a file of a repository is a picture here.
            return OnThisSite(here) is { Length: > 0 } own && here.Contains("/resolve/", StringComparison.Ordinal) && MarkupRules.IsPicture(PathOf(here))
                ? new(own, ShowsFile(PathOf(here)))
                : null;
        }

        if (Scheme(url) is not null || !MarkupRules.IsPicture(PathOf(url)) || InRepository(url, picture: true) is not { } address)
            return null;
        return new(address, place!.ShowsPictures || (Resolve(Decode(PathOf(url))) is { } path && place.IsOpen(path)));
    }

    public MarkupIds Ids { get; } = new(idPrefix);

    /// <summary>
    /// Whether the reader is sent what stands under such an address: readers who pass the gate of the text's own repository are sent all, and their browser asks
    /// further. Others are sent what everybody may read, so that no page is full of pictures that can't be loaded.
    /// </summary>
    private bool ShowsFile(string address)
    {
        if (place is not { ShowsPictures: false })
            return true;
        var pieces = address.Split('/')[1..];
        var type = pieces[0] switch { "datasets" => RepositoryType.Dataset, "spaces" => RepositoryType.Space, _ => RepositoryType.Model };
        if ((type == RepositoryType.Model ? pieces : pieces[1..]) is not [var ns, var name, "resolve", var revision, .. { Length: > 0 } rest])
            return false;
        var source = new PictureSource(type, $"{ns}/{name}".ToLowerInvariant());
        if (source == new PictureSource(place.Record.Type, place.Record.FullName.ToLowerInvariant()))
            return Decode(revision) == place.Revision && place.IsOpen(string.Join('/', rest.Select(Decode)));
        if (Sources.Count < MostSources)
            Sources.Add(source);
        return place.OpenSources.Contains(source);
    }

    /// <summary>Other repositories of which the text shows pictures, as far as that matters.</summary>
    public HashSet<PictureSource> Sources { get; } = [];

    /// <summary>As browsers read an address: without blanks around it and without line breaks and tabs in it.</summary>
    private static string Read(string written)
    {
        if (written.Length > Longest)
            return "";
        var url = written.AsSpan().Trim(" \t\r\n\f");
        return url.ContainsAnyInRange('\0', '\u001f') ? string.Concat(url.ToString().Where(c => !char.IsControl(c))) : url.ToString();
    }

    /// <summary>Empty for an address that no page may lead to; null for one that is not absolute.</summary>
    private static string? Absolute(string url)
    {
        if (url.StartsWith("//", StringComparison.Ordinal))
            url = "https:" + url;
        if (Scheme(url) is not { } scheme)
            return null;
        if (!MarkupRules.Schemes.Contains(scheme))
            return "";
        return scheme == "mailto" || (url.AsSpan(scheme.Length).StartsWith("://", StringComparison.Ordinal) && Uri.TryCreate(url, UriKind.Absolute, out _)) ? url : "";
    }

    /// <summary>A backslash is a slash to browsers, so <c>/\host</c> is another site.</summary>
    private string? OnThisSite(string url) =>
        url[0] != '/' ? null : url.Contains('\\', StringComparison.Ordinal) || url.StartsWith("//", StringComparison.Ordinal) ? "" : links.Path(url);

    private string? InRepository(string url, bool picture)
    {
        if (place is null)
            return null;
        var path = PathOf(url);
        var fragment = url.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? "#" + MarkupIds.Part(Decode(url[(at + 1)..])) : "";
        if (Resolve(Decode(path)) is not { } found || !TreePath.TryParse(found, out _))
            return null;
        if (picture)
            return links.Resolve(place.Record, place.Revision, found);
        return (found.Length == 0 || path.EndsWith('/') ? links.Tree(place.Record, place.Revision, found) : links.Blob(place.Record, place.Revision, found)) + fragment;
    }

    /// <summary>Null for what lies outside of the repository.</summary>
    private string? Resolve(string path)
    {
        var pieces = new List<string>(place!.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var piece in path.Split('/'))
        {
            if (piece == ".." && pieces.Count == 0)
                return null;
            if (piece == "..")
                pieces.RemoveAt(pieces.Count - 1);
            else if (piece is not ("" or "."))
                pieces.Add(piece);
        }

        return string.Join('/', pieces);
    }

    /// <summary>The name of the file, for words about it.</summary>
    public static string NameOf(string source, string otherwise)
    {
        var path = PathOf(source).TrimEnd('/');
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length is > 0 and <= 100 ? name : otherwise;
    }

    private static string PathOf(string url) => url.IndexOfAny(['?', '#']) is var end and >= 0 ? url[..end] : url;

    private static string? Scheme(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(url[0]))
            return null;
        var scheme = url[..colon];
        return scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? scheme.ToLowerInvariant() : null;
    }

    private static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
