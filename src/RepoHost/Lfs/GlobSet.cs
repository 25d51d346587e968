namespace RepoHost.Lfs;

/// <summary>The bytes that a bracket expression takes: '[a-z]', '[!a-z]', '[^a-z]', '[[:digit:]]', with backslash escapes.</summary>
internal readonly struct GlobSet
{
    private readonly bool[] members;

    private GlobSet(bool[] members) => this.members = members;

    public bool Contains(byte b) => members[b];

    /// <summary>
    /// Called at the opening bracket; leaves <paramref name="at"/> on the closing one. False if it is malformed, which git takes as matching nothing.
    /// </summary>
    /// <remarks>Branch for branch as git's wildmatch.c: what a stray '-' or '[' means is whatever that function makes of it.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> pattern, ref int at, out GlobSet set)
    {
        var members = new bool[256];
        set = new GlobSet(members);
        at++;
        var negated = at < pattern.Length && pattern[at] is (byte)'!' or (byte)'^';
        if (negated)
            at++;
        byte previous = 0;
        do
        {
            if (at >= pattern.Length || !TryParseMember(pattern, ref at, ref previous, members))
                return false;
            at++;
        }
        while (at >= pattern.Length || pattern[at] != ']');

        for (var b = 0; negated && b < members.Length; b++)
            members[b] = !members[b];
        members['/'] = false;
        return true;
    }

    // Leaves 'at' on the member's last byte; 'previous' is what a following '-' would begin a range with, 0 if nothing.
    private static bool TryParseMember(ReadOnlySpan<byte> pattern, ref int at, ref byte previous, bool[] members)
    {
        var c = pattern[at];
        if (c == '-' && previous != 0 && at + 1 < pattern.Length && pattern[at + 1] != ']')
        {
            at++;
            if (!TryReadByte(pattern, ref at, out var high))
                return false;
            for (int b = previous; b <= high; b++)
                members[b] = true;
            previous = 0;
            return true;
        }

        if (c == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            var name = pattern[(at + 2)..];
            var end = name.IndexOf((byte)']');
            if (end < 0)
                return false;
            if (end > 0 && name[end - 1] == ':')
            {
                at += 2 + end;
                previous = 0;
                return TryAddClass(name[..(end - 1)], members);
            }
        }

        if (!TryReadByte(pattern, ref at, out c))
            return false;
        members[c] = true;
        previous = c;
        return true;
    }

    private static bool TryReadByte(ReadOnlySpan<byte> pattern, ref int at, out byte value)
    {
        if (pattern[at] == '\\')
            at++;
        value = at < pattern.Length ? pattern[at] : (byte)0;
        return at < pattern.Length;
    }

    private static bool TryAddClass(ReadOnlySpan<byte> name, bool[] members)
    {
        Func<char, bool>? belongs = name switch
        {
            _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit,
            _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter,
            _ when name.SequenceEqual("blank"u8) => c => c is ' ' or '\t',
            _ when name.SequenceEqual("cntrl"u8) => c => c is < ' ' or '\x7f',
            _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit,
            _ when name.SequenceEqual("graph"u8) => c => c is > ' ' and < '\x7f',
            _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower,
            _ when name.SequenceEqual("print"u8) => c => c is >= ' ' and < '\x7f',
            _ when name.SequenceEqual("punct"u8) => c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            // Git has an isspace of its own, which knows no vertical tab and no form feed.
            _ when name.SequenceEqual("space"u8) => c => c is ' ' or '\t' or '\n' or '\r',
            _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper,
            _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit,
            _ => null,
        };
        for (var b = 0; belongs is not null && b < members.Length; b++)
            members[b] |= belongs((char)b);
        return belongs is not null;
    }
}
