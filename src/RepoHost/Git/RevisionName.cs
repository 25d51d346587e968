namespace RepoHost.Git;

/// <summary>What a client called a revision: a branch, tag, full ref, commit id or HEAD. Only its form is known to be harmless; whether it names anything is
/// <see cref="GitRepository.ResolveRevision"/>'s to say.</summary>
internal readonly struct RevisionName : IEquatable<RevisionName>
{
    public const int MaxLength = 512;

    private readonly string? value;

    private RevisionName(string value) => this.value = value;

    public static RevisionName Head => default;

    public string Value => value ?? "HEAD";

    public static bool TryParse(string? text, out RevisionName revision)
    {
        revision = default;
        // A leading '-' would be an option to every program that is ever given this name (threat 41).
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text[0] == '-')
            return false;
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return false;
        }

        revision = new RevisionName(text);
        return true;
    }

    public static RevisionName Parse(string text) => TryParse(text, out var revision) ? revision : throw new FormatException("Not the name of a revision.");

    public bool Equals(RevisionName other) => string.Equals(Value, other.Value, StringComparison.Ordinal);
    public override bool Equals(object? obj) => obj is RevisionName other && Equals(other);
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => Value;

    public static bool operator ==(RevisionName left, RevisionName right) => left.Equals(right);
    public static bool operator !=(RevisionName left, RevisionName right) => !left.Equals(right);
}
