using System.Diagnostics;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace RepoHost.Pages.Markup;

/// <summary>
/// Ends the parsing of a text that takes too long. Some texts cost Markdig the square of their length (<c>[a](</c> repeated, for one), and it takes no
/// cancellation; but it asks its parsers at every line and at every sign that could begin something, and these two are the first to be asked.
/// </summary>
internal sealed class ParseDeadline : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.Insert(0, new LineParser());
        pipeline.InlineParsers.Insert(0, new SignParser());
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer) => ((HtmlRenderer)renderer).ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CodeBlockHtml());

    /// <summary>Of one parse.</summary>
    public sealed class Context(TimeSpan longest) : MarkdownParserContext
    {
        private readonly long begun = Stopwatch.GetTimestamp();
        private int asked;

        public void Check()
        {
            if ((++asked & 31) == 0 && Stopwatch.GetElapsedTime(begun) > longest)
                throw new TooIntricateException();
        }
    }

    private sealed class LineParser : BlockParser
    {
        public override bool CanInterrupt(BlockProcessor processor, Block block) => true;

        public override BlockState TryOpen(BlockProcessor processor)
        {
            (processor.Context as Context)?.Check();
            return BlockState.None;
        }
    }

    private sealed class SignParser : InlineParser
    {
        public SignParser() => OpeningCharacters = "[]()!<>*_~|`&\\:\n^".ToCharArray();

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            (processor.Context as Context)?.Check();
            return false;
        }
    }
}
