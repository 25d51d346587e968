namespace RepoHost.Lfs;

/// <summary>
/// A pattern compiled to states, one bit for each of its steps (git's wildmatch.c says what they mean). All states are carried along the path at once, so
/// that a path is read once, from left to right, and nothing is ever tried again. Not for several threads at once.
/// </summary>
internal sealed class GlobProgram
{
    /// <summary>Of the moves, behind the states and the sets.</summary>
    private const int FirstRow = 4;

    /// <summary>What compiling takes, and as much again for the memory that stays.</summary>
    private const int CompileSteps = 1024;

    private readonly byte[] rowOf;
    private readonly int accept;
    private readonly int words;

    // One array, since there may be thousands of patterns: the states, three sets of them, and the moves of each class of bytes.
    private readonly ulong[] table;

    private GlobProgram(List<Step> steps, GlobWork work)
    {
        accept = steps.Count;
        words = (accept / 64) + 1;
        var classes = new ByteClasses();
        foreach (var step in steps)
        {
            if (step.Kind == StepKind.Literal)
                classes.Split(step.Literal);
            else if (step.Kind is StepKind.Set)
                classes.Split(step.Set);
            else if (step.Kind is StepKind.AnyInPiece)
                classes.Split((byte)'/');
        }

        // Memory, too: it counts several times.
        work.Spend(4L * (classes.Count + FirstRow) * words);
        (rowOf, table) = (classes.Of, new ulong[(classes.Count + FirstRow) * words]);
        for (var at = 0; at < accept; at++)
            Add(steps[at], at / 64, 1UL << (at % 64));
    }

    /// <summary>Null if the pattern is malformed, which git takes as matching nothing.</summary>
    /// <param name="wholePath">Slashes are in the paths, and "**" between them stands for folders; else it is held against names.</param>
    public static GlobProgram? Compile(ReadOnlySpan<byte> pattern, bool wholePath, GlobWork work)
    {
        work.Spend(CompileSteps + pattern.Length);
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
        States.Clear();
        table[0] = 1;
        Skip();
        for (var at = 0; at < text.Length; at++)
        {
            work.Spend(words);
            if (folders is not null && text[at] == '/' && Accepts)
                folders.Add(at);
            if (!Advance(text[at]))
                return false;
        }

        return Accepts;
    }

    private Span<ulong> States => table.AsSpan(0, words);

    private Span<ulong> StayAnywhere => table.AsSpan(words, words);

    private Span<ulong> StayInPiece => table.AsSpan(2 * words, words);

    private Span<ulong> SkipFolders => table.AsSpan(3 * words, words);

    private bool Accepts => (table[accept / 64] >> (accept % 64) & 1) != 0;

    // False when no state is left.
    private bool Advance(byte b)
    {
        var states = States;
        var move = table.AsSpan((FirstRow + rowOf[b]) * words, words);
        var stay = b == '/' ? StayAnywhere : StayInPiece;
        ulong carry = 0, any = 0;
        for (var word = 0; word < states.Length; word++)
        {
            var now = states[word];
            var moved = now & move[word];
            states[word] = (moved << 1) | carry | (now & stay[word]);
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
        var states = States;
        var skipFolders = SkipFolders;
        var stayInPiece = StayInPiece;
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
                Move(step.Literal, word) |= bit;
                return;
            case StepKind.Set or StepKind.AnyInPiece:
                for (var b = 0; b < 256; b++)
                {
                    if (step.Kind == StepKind.Set ? step.Set.Contains((byte)b) : b != '/')
                        Move((byte)b, word) |= bit;
                }

                return;
            case StepKind.Folders:
                SkipFolders[word] |= bit;
                return;
            case StepKind.DeepStar:
                StayAnywhere[word] |= bit;
                break;
        }

        StayInPiece[word] |= bit;
    }

    private ref ulong Move(byte b, int word) => ref table[((FirstRow + rowOf[b]) * words) + word];

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
