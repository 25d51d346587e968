namespace RepoHost.Lfs;

/// <summary>One piece of a pattern, between slashes: '*', '?', '[a-z]', '[!a-z]', '[[:digit:]]' and backslash escapes (git's wildmatch.c).</summary>
internal sealed class GlobPiece
{
    private static readonly Dictionary<string, Func<char, bool>> Classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = char.IsAsciiLetterOrDigit,
        ["alpha"] = char.IsAsciiLetter,
        ["blank"] = c => c is ' ' or '\t',
        ["cntrl"] = c => c < ' ' || c == '\x7f',
        ["digit"] = char.IsAsciiDigit,
        ["graph"] = c => c is > ' ' and < '\x7f',
        ["lower"] = char.IsAsciiLetterLower,
        ["print"] = c => c is >= ' ' and < '\x7f',
        ["punct"] = c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
        ["space"] = c => c is ' ' or (>= '\t' and <= '\r'),
        ["upper"] = char.IsAsciiLetterUpper,
        ["xdigit"] = char.IsAsciiHexDigit,
    };

    // Null is '*'.
    private readonly Func<char, bool>?[] steps;

    private GlobPiece(Func<char, bool>?[] steps) => this.steps = steps;

    /// <summary>Null if it is malformed, which git takes as matching nothing.</summary>
    public static GlobPiece? Parse(string text)
    {
        var steps = new List<Func<char, bool>?>();
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            switch (c)
            {
                case '*':
                    if (steps.Count == 0 || steps[^1] is not null)
                        steps.Add(null);
                    break;
                case '?':
                    steps.Add(static _ => true);
                    break;
                case '[':
                    if (ParseSet(text, ref at) is not { } set)
                        return null;
                    steps.Add(set);
                    break;
                default:
                    if (c == '\\' && ++at == text.Length)
                        return null;
                    var literal = text[at];
                    steps.Add(other => other == literal);
                    break;
            }
        }

        return new GlobPiece([.. steps]);
    }

    public bool Matches(ReadOnlySpan<char> name)
    {
        var (at, next) = (0, 0);
        var (retryAt, retryNext) = (-1, 0);
        while (at < name.Length)
        {
            if (next < steps.Length && steps[next] is null)
            {
                (retryAt, retryNext) = (at, ++next);
            }
            else if (next < steps.Length && steps[next]!(name[at]))
            {
                at++;
                next++;
            }
            else if (retryAt >= 0)
            {
                (at, next) = (++retryAt, retryNext);
            }
            else
            {
                return false;
            }
        }

        while (next < steps.Length && steps[next] is null)
            next++;
        return next == steps.Length;
    }

    // Called at '['; leaves 'at' on the closing ']'.
    private static Func<char, bool>? ParseSet(string text, ref int at)
    {
        at++;
        var negated = at < text.Length && text[at] is ('!' or '^');
        if (negated)
            at++;
        var members = new List<Func<char, bool>>();
        // A ']' that comes first is a member.
        for (var first = true; at < text.Length && (first || text[at] != ']'); at++, first = false)
        {
            if (ParseMember(text, ref at) is not { } member)
                return null;
            members.Add(member);
        }

        if (at >= text.Length)
            return null;
        return c => members.Exists(member => member(c)) != negated;
    }

    // Leaves 'at' on the member's last character.
    private static Func<char, bool>? ParseMember(string text, ref int at)
    {
        if (text.AsSpan(at).StartsWith("[:", StringComparison.Ordinal) && text.IndexOf(":]", at, StringComparison.Ordinal) is > 0 and var end)
        {
            var name = text[(at + 2)..end];
            at = end + 1;
            return Classes.GetValueOrDefault(name);
        }

        if (ReadCharacter(text, ref at) is not { } low)
            return null;
        if (at + 2 >= text.Length || text[at + 1] != '-' || text[at + 2] == ']')
            return c => c == low;
        at += 2;
        return ReadCharacter(text, ref at) is { } high ? c => c >= low && c <= high : null;
    }

    private static char? ReadCharacter(string text, ref int at) => text[at] != '\\' ? text[at] : ++at < text.Length ? text[at] : null;
}
