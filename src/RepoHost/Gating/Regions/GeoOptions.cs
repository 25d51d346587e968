namespace RepoHost.Gating.Regions;

/// <summary>Section <c>Geo</c>: how the server knows which country a visitor is in.</summary>
internal sealed class GeoOptions
{
    public const string Section = "Geo";

    /// <summary>A country file in MaxMind's MMDB format, which the operator supplies and keeps up to date. Default none: every place is unknown.</summary>
    public string? CountryFile { get; set; }

    /// <summary>Whether a visitor whose place can't be told counts as outside the European Union. Default false: they are refused where a card refuses visitors from there.</summary>
    public bool AllowUnknown { get; set; }
}
