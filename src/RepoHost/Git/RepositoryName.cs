using System.Diagnostics.CodeAnalysis;

namespace RepoHost.Git;

/// <summary><c>namespace/name</c> in a form that every client can ask for (contract 1.2).</summary>
internal sealed class RepositoryName : IEquatable<RepositoryName>
{
    public const int MaxPartLength = 96;

    private RepositoryName(string ns, string name)
    {
        Namespace = ns;
        Name = name;
        FullName = $"{ns}/{name}";
        Key = FullName.ToLowerInvariant();
    }

    public string Namespace { get; }
    public string Name { get; }
    public string FullName { get; }

    /// <summary>Lower case: look-ups ignore case.</summary>
    public string Key { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RepositoryName? name)
    {
        name = null;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || FaultOf(text![..slash]) is not null || FaultOf(text[(slash + 1)..]) is not null)
            return false;
        name = new RepositoryName(text[..slash], text[(slash + 1)..]);
        return true;
    }

    public static RepositoryName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException("Not a repository name of the form namespace/name.");

    /// <summary>For new repositories: also refuses words that routes need. <paramref name="why"/> is for the person who chose the name.</summary>
    public static bool TryCreate(string? ns, string? name, [NotNullWhen(true)] out RepositoryName? created, [NotNullWhen(false)] out string? why)
    {
        created = null;
        why = FaultOf(ns) is { } fault ? $"The namespace {fault}."
            : FaultOf(name) is { } nameFault ? $"The repository name {nameFault}."
            : ReservedNames.Namespaces.Contains(ns!) ? $"The namespace '{ns}' is reserved."
            : ReservedNames.Repositories.Contains(name!) ? $"The repository name '{name}' is reserved."
            : null;
        if (why is not null)
            return false;
        created = new RepositoryName(ns!, name!);
        return true;
    }

    /// <summary>Null if the word may be a namespace; otherwise what is wrong with it, as the rest of a sentence.</summary>
    public static string? FaultOf(string? part)
    {
        if (string.IsNullOrEmpty(part))
            return "is missing";
        if (part.Length > MaxPartLength)
            return $"is longer than {MaxPartLength} characters";
        foreach (var c in part)
        {
            if (!IsWordCharacter(c) && c is not ('.' or '-'))
                return "may hold only letters, digits, '-', '_' and '.'";
        }

        if (!IsWordCharacter(part[0]) || !IsWordCharacter(part[^1]))
            return "must begin and end with a letter, a digit or '_'";
        if (part.Contains("--", StringComparison.Ordinal) || part.Contains("..", StringComparison.Ordinal))
            return "may not hold '--' or '..'";
        foreach (var suffix in (ReadOnlySpan<string>)[".git", ".ipynb"])
        {
            if (part.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return $"may not end with '{suffix}'";
        }

        return null;
    }

    public bool Equals(RepositoryName? other) => other is not null && string.Equals(FullName, other.FullName, StringComparison.Ordinal);
    public override bool Equals(object? obj) => Equals(obj as RepositoryName);
    public override int GetHashCode() => FullName.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => FullName;

    private static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
