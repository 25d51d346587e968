namespace RepoHost.Lfs;

/// <summary>
/// A pattern compiled to states, one bit for each of its steps (git's wildmatch.c says what they mean). All states are carried along the path at once, so
/// that a path is read once, from left to right, and nothing is ever tried again. Not for several threads at once.
/// </summary>
internal sealed class GlobProgram
{
    private readonly byte[] rowOf = new byte[256];
    private readonly ulong[][] moves;
    private readonly ulong[] stayAnywhere;
    private readonly ulong[] stayInPiece;
    private readonly ulong[] skipFolders;
    private readonly ulong[] states;
    private readonly int accept;

    private GlobProgram(List<Step> steps, GlobWork work)
    {
        accept = steps.Count;
        var words = (accept / 64) + 1;
        // Bytes that the same steps take share a row.
        var known = new bool[256];
        foreach (var literal in steps.Where(step => step.Kind == StepKind.Literal))
            known[literal.Literal] = true;
        if (steps.Exists(step => step.Kind is StepKind.Set or StepKind.AnyInPiece))
            Array.Fill(known, true);
        var rows = known.Count(known => known);
        // Memory, too: it counts several times.
        work.Spend(4L * (rows + 5) * words);
        (stayAnywhere, stayInPiece, skipFolders, states) = (new ulong[words], new ulong[words], new ulong[words], new ulong[words]);
        moves = new ulong[Math.Min(256, rows + 1)][];
        for (var row = 0; row < moves.Length; row++)
            moves[row] = new ulong[words];
        // The first row is for bytes that no step takes; it stays empty while there are any.
        for (var (b, next) = (0, rows < 256 ? 1 : 0); b < 256; b++)
            rowOf[b] = known[b] ? (byte)next++ : (byte)0;
        for (var at = 0; at < accept; at++)
            Add(steps[at], at / 64, 1UL << (at % 64));
    }

    /// <summary>Null if the pattern is malformed, which git takes as matching nothing.</summary>
    /// <param name="wholePath">Slashes are in the paths, and "**" between them stands for folders; else it is held against names.</param>
    public static GlobProgram? Compile(ReadOnlySpan<byte> pattern, bool wholePath, GlobWork work)
    {
        work.Spend(256 + pattern.Length);
        var steps = new List<Step>(pattern.Length);
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case (byte)'*':
                    AddStars(steps, pattern, ref at, wholePath);
                    break;
                case (byte)'?':
                    steps.Add(new(StepKind.AnyInPiece));
                    break;
                case (byte)'[':
                    work.Spend(256);
                    if (!GlobSet.TryParse(pattern, ref at, out var set))
                        return null;
                    steps.Add(new(StepKind.Set, Set: set));
                    break;
                default:
                    if (pattern[at] == '\\' && ++at == pattern.Length)
                        return null;
                    steps.Add(new(StepKind.Literal, pattern[at]));
                    break;
            }
        }

        return new GlobProgram(steps, work);
    }

    /// <summary>Whether it matches all of the text.</summary>
    /// <param name="folders">Gets the length of each beginning that it matches too and that ends before a slash.</param>
    public bool Matches(ReadOnlySpan<byte> text, List<int>? folders, GlobWork work)
    {
        Array.Clear(states);
        states[0] = 1;
        Skip();
        for (var at = 0; at < text.Length; at++)
        {
            work.Spend(states.Length);
            if (folders is not null && text[at] == '/' && Accepts)
                folders.Add(at);
            if (!Advance(text[at]))
                return false;
        }

        return Accepts;
    }

    private bool Accepts => (states[accept / 64] >> (accept % 64) & 1) != 0;

    // False when no state is left.
    private bool Advance(byte b)
    {
        var (move, inPiece) = (moves[rowOf[b]], b != '/');
        ulong carry = 0, any = 0;
        for (var word = 0; word < states.Length; word++)
        {
            var now = states[word];
            var moved = now & move[word];
            states[word] = (moved << 1) | carry | (now & (inPiece ? stayInPiece[word] : stayAnywhere[word]));
            carry = moved >> 63;
            any |= states[word];
        }

        if (any != 0)
            Skip();
        return any != 0;
    }

    // What may stand for nothing is left behind: first all of "**/", on the way in only, then stars. Neither is followed by another of its kind, so once
    // round is enough.
    private void Skip()
    {
        ulong carry = 0, carryStar = 0;
        for (var word = 0; word < states.Length; word++)
        {
            var folders = states[word] & skipFolders[word];
            var now = states[word] | (folders << 1) | (folders << 3) | carry;
            carry = (folders >> 63) | (folders >> 61);
            var stars = now & stayInPiece[word];
            states[word] = now | (stars << 1) | carryStar;
            carryStar = stars >> 63;
        }
    }

    private static void AddStars(List<Step> steps, ReadOnlySpan<byte> pattern, ref int at, bool wholePath)
    {
        var first = at;
        while (at + 1 < pattern.Length && pattern[at + 1] == '*')
            at++;
        var rest = pattern[(at + 1)..];
        var isWholePiece = (first == 0 || pattern[first - 1] == '/') && (rest.IsEmpty || rest[0] == '/' || rest.StartsWith("\\/"u8));
        if (!wholePath || at == first || !isWholePiece)
        {
            steps.Add(new(StepKind.Star));
        }
        else if (!rest.StartsWith("/"u8))
        {
            steps.Add(new(StepKind.DeepStar));
        }
        else
        {
            at++;
            // "**/**/" is "**/".
            if (steps.Count > 2 && steps[^3].Kind == StepKind.Folders)
                return;
            steps.Add(new(StepKind.Folders));
            steps.Add(new(StepKind.DeepStar));
            steps.Add(new(StepKind.Literal, (byte)'/'));
        }
    }

    private void Add(Step step, int word, ulong bit)
    {
        switch (step.Kind)
        {
            case StepKind.Literal:
                moves[rowOf[step.Literal]][word] |= bit;
                return;
            case StepKind.Set or StepKind.AnyInPiece:
                for (var b = 0; b < 256; b++)
                {
                    if (step.Kind == StepKind.Set ? step.Set.Contains((byte)b) : b != '/')
                        moves[rowOf[b]][word] |= bit;
                }

                return;
            case StepKind.Folders:
                skipFolders[word] |= bit;
                return;
            case StepKind.DeepStar:
                stayAnywhere[word] |= bit;
                break;
        }

        stayInPiece[word] |= bit;
    }

    private enum StepKind
    {
        Literal,
        AnyInPiece,
        Set,

        /// <summary>Any bytes but slashes.</summary>
        Star,

        /// <summary>Any bytes.</summary>
        DeepStar,

        /// <summary>The way into "**/": what follows is any bytes and a slash, or all of it is left out.</summary>
        Folders,
    }

    private readonly record struct Step(StepKind Kind, byte Literal = 0, GlobSet Set = default);
}
