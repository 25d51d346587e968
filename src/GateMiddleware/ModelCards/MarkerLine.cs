using System.Text;

namespace GateMiddleware.ModelCards;

/// <summary>
/// A line of README.md with nothing to be seen on it but dashes, if that: what a person takes for the <c>---</c> of the front matter. It ends at LF or CR, and where else a
/// program would end it.
/// </summary>
/// <param name="Dashes">How many hyphens and characters like them stand in one row; 0 also for a line on which something else is seen.</param>
/// <param name="Odd">The first character that a plain <c>---</c> would not have; null when there is none.</param>
/// <param name="OddOffset">Bytes before that character, from the beginning of the line.</param>
/// <param name="Next">Offset of what follows the line.</param>
internal readonly record struct MarkerLine(int Dashes, Rune? Odd, int OddOffset, int Next)
{
    public static MarkerLine Read(ReadOnlySpan<byte> readme, int start)
    {
        var line = new MarkerLine(0, null, 0, start);
        MarkerLine? broken = null;
        var gap = false;
        while (line.Next < readme.Length)
        {
            Rune.DecodeFromUtf8(readme[line.Next..], out var rune, out var length);
            var plain = rune.Value is '-' or ' ' or '\t' or '\n' or '\r';
            if (!plain && line.Odd is null) line = line with { Odd = rune, OddOffset = line.Next - start };
            line = line with { Next = line.Next + length };
            if (rune.Value is '\n' or '\r') return line;
            gap |= rune.Value is ' ' or '\t' && line.Dashes > 0;
            if (InvisibleText.IsDash(rune) && !gap) line = line with { Dashes = line.Dashes + 1 };
            else if (!InvisibleText.IsInvisible(rune)) return broken ?? line with { Dashes = 0 };

            // The line ends here for some programs and goes on for others.
            if (!InvisibleText.IsLineBreak(rune) || line.Dashes == 0) continue;
            if (line.Dashes == 3) return line;
            broken ??= line;
        }

        return line;
    }
}
