using System.Globalization;

namespace RepoHost.Git;

/// <summary>Who made a commit or a tag, and when; written in UTC.</summary>
internal sealed record GitSignature(string Name, string Email, DateTimeOffset When)
{
    /// <summary>As it stands behind <c>author</c>, <c>committer</c> and <c>tagger</c>.</summary>
    public string Line
    {
        get
        {
            // A name of nothing but signs that can't stand there would be an object that git fsck complains of.
            var (name, email) = (Clean(Name), Clean(Email));
            return string.Create(CultureInfo.InvariantCulture, $"{(name.Length == 0 ? "unknown" : name)} <{email}> {When.ToUnixTimeSeconds()} +0000");
        }
    }

    private static string Clean(string text) => string.Concat(text.Where(c => c is not ('<' or '>') && !char.IsControl(c))).Trim();
}
