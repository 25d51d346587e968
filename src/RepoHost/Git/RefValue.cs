using System.Text;

namespace RepoHost.Git;

/// <summary>Content of HEAD or a loose ref: an object id, or the name of another ref.</summary>
internal sealed record RefValue(GitOid Target, string? Symbolic)
{
    /// <summary>Null if it is neither (an empty file after a crash, say).</summary>
    public static RefValue? Parse(ReadOnlySpan<byte> content)
    {
        var text = Encoding.UTF8.GetString(content).TrimEnd();
        if (text.StartsWith("ref:", StringComparison.Ordinal))
            return new RefValue(default, text[4..].Trim());
        // Git reads 40 digits and ignores what follows after white space.
        return text.Length >= GitOid.HexLength && (text.Length == GitOid.HexLength || char.IsWhiteSpace(text[GitOid.HexLength]))
            && GitOid.TryParse(text.AsSpan(0, GitOid.HexLength), out var oid) ? new RefValue(oid, null) : null;
    }
}
