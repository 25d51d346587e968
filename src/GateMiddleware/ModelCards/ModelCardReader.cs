using System.Text;
using GateMiddleware.Policy;
using YamlDotNet.Core;

namespace GateMiddleware.ModelCards;

/// <summary>Reads the front matter of a README.md. Fails closed: what can't be read is never taken for "no gate".</summary>
public static class ModelCardReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a model card.</summary>
    /// <param name="readme">The bytes of README.md, as the repository holds them; only the front matter is looked at.</param>
    /// <param name="limits">How much is read; null for <see cref="ModelCardLimits.Default"/>.</param>
    /// <returns>
    /// The card. <see cref="ModelCard.Readable"/> is false when the front matter can't be parsed, is over a limit, is not UTF-8, never ends,
    /// names a key twice, holds a <c>gated</c> that is not one of <c>auto</c>, <c>manual</c>, <c>true</c> and <c>false</c>, holds a key that looks like one of the gate,
    /// asks for something that can't be asked as it is written, or when its <c>---</c> lines only look like that.
    /// </returns>
    /// <remarks>Never throws for what a card holds, and needs time by the length of the front matter, whatever it holds: a few milliseconds for most, half a second for two megabytes of the worst. Card keys: the Hub's "Gated models" page.</remarks>
    public static ModelCard Read(ReadOnlyMemory<byte> readme, ModelCardLimits? limits = null)
    {
        limits ??= ModelCardLimits.Default;
        var front = FrontMatter.Find(readme.Span, limits.FrontMatterBytes);
        return front.Kind switch
        {
            FrontMatterKind.None when HiddenFrontMatter.FindBefore(readme.Span, front.BodyOffset, limits.FrontMatterBytes) is { } hidden => Unreadable(front, hidden),
            FrontMatterKind.None => new ModelCard { BodyOffset = front.BodyOffset },
            FrontMatterKind.Found => ReadFrontMatter(readme.Span, front, limits),
            FrontMatterKind.NeverCloses when HiddenFrontMatter.FindInside(readme.Span, front.Start, Math.Min(readme.Length, front.Start + limits.FrontMatterBytes)) is { } end => Unreadable(front, end),
            FrontMatterKind.NeverCloses => Unreadable(front, front.LinesBefore, 1, "the front matter begins with --- but no second --- line ends it", Beginning(readme.Span, front, limits)),
            FrontMatterKind.TooLarge => Unreadable(front, front.LinesBefore, 1, $"the front matter is larger than {limits.FrontMatterBytes} bytes", Beginning(readme.Span, front, limits)),
            _ => Unreadable(front, 1, 1, "README.md is not UTF-8 text", []),
        };
    }

    private static ModelCard ReadFrontMatter(ReadOnlySpan<byte> readme, FrontMatter front, ModelCardLimits limits)
    {
        if (HiddenFrontMatter.FindInside(readme, front.Start, front.Start + front.Length) is { } end) return Unreadable(front, end);
        var bytes = readme.Slice(front.Start, front.Length);
        try
        {
            if (LineSeparators.Hide(StrictUtf8.GetString(bytes)) is not { } text)
                return Unreadable(front, front.LinesBefore + 1, 1, "the front matter holds U+0085, U+2028 or U+2029, and every character of private use", bytes);
            var reader = new CardTreeReader(text, limits, front.LinesBefore);
            var root = reader.Read();
            if (root is { Entries: null }) return Unreadable(front, root.Line, root.Column, "the front matter must be a map of keys and values", bytes);
            if (!text.AllMet) return Unreadable(front, HiddenFrontMatter.SeparatorOutsideText(readme, front.Start, front.Start + front.Length));

            var card = GateKeysReader.Read(root, limits) with { BodyOffset = front.BodyOffset };
            if (reader.LeftOut is { } left) card = card with { MetadataComplete = false, Problems = [.. card.Problems, TooMuch(left, limits)] };
            if (card is { Readable: true, Gated: null or GateMode.Open } && HiddenFrontMatter.FindBehind(readme, front, limits.FrontMatterBytes) is { } second)
                return Unreadable(front, second);
            return card with { Metadata = CardMetadata.ToJson(root) };
        }
        catch (YamlException fault)
        {
            return Unreadable(front, (int)fault.Start.Line + front.LinesBefore, (int)fault.Start.Column, fault.Message, bytes);
        }
        catch (DecoderFallbackException)
        {
            return Unreadable(front, front.LinesBefore + 1, 1, "the front matter is not UTF-8 text", bytes);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner's own slips on hostile text (a huge number in a directive, say) are the card's fault, not the server's.
            return Unreadable(front, front.LinesBefore + 1, 1, "the front matter is not YAML that can be read", bytes);
        }
    }

    private static CardProblem TooMuch(CardEntry at, ModelCardLimits limits) => new(
        at.Line, at.Column,
        CardText.Sentence($"the front matter holds more than {limits.MetadataEvents} values, or its aliases more text than it has itself; from the key {CardText.Quote(at.Key)} on only the keys of the gate are read"), ClosesGate: false);

    private static ReadOnlySpan<byte> Beginning(ReadOnlySpan<byte> readme, FrontMatter front, ModelCardLimits limits) =>
        readme[front.Start..Math.Min(readme.Length, front.Start + limits.FrontMatterBytes)];

    private static ModelCard Unreadable(FrontMatter front, int line, int column, string message, ReadOnlySpan<byte> text) =>
        Unreadable(front, new CardProblem(Math.Max(1, line), Math.Max(1, column), CardText.Sentence(message), ClosesGate: true)) with { NamesGate = HiddenFrontMatter.NamesGate(text) };

    private static ModelCard Unreadable(FrontMatter front, CardProblem problem) => new()
    {
        HasFrontMatter = front.Kind != FrontMatterKind.NotUtf8,
        Readable = false,
        NamesGate = true,
        Problems = [problem],
        BodyOffset = front.BodyOffset,
    };
}
