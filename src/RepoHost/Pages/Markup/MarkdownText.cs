using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Renderers;

namespace RepoHost.Pages.Markup;

/// <summary>Markdown as GitHub and the Hub know it, as HTML that is not safe yet: raw HTML is in it as it was written.</summary>
internal static class MarkdownText
{
    private const int MostHtml = 4_000_000;

    /// <summary>Definitions of links and notes are taken out of their paragraph one by one, at a cost that grows with the square of their number.</summary>
    private const int MostDefinitions = 3000;

    private static readonly MarkdownPipeline Pipeline = Build();

    /// <exception cref="TooIntricateException">It takes longer than <paramref name="longest"/>, or nests or grows beyond reason.</exception>
    public static string ToHtml(string markdown, TimeSpan longest)
    {
        if (markdown.AsSpan().Count("]:") > MostDefinitions)
            throw new TooIntricateException();
        try
        {
            using var writer = new BoundedWriter(MostHtml);
            var renderer = new HtmlRenderer(writer);
            Pipeline.Setup(renderer);
            renderer.Render(Markdown.Parse(markdown, Pipeline, new ParseDeadline.Context(longest)));
            return writer.ToString();
        }
        catch (ArgumentException e)
        {
            // "Markdown elements in the input are too deeply nested": Markdig's own bound, which also keeps the renderer's recursion short.
            throw new TooIntricateException("The text is too deeply nested.", e);
        }
    }

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseFootnotes().UseAlertBlocks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough);
        // Last, so that its parsers stand before those of the others.
        builder.Extensions.Add(new ParseDeadline());
        return builder.Build();
    }

    private sealed class BoundedWriter(int most) : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override void Write(char value)
        {
            Check(1);
            base.Write(value);
        }

        public override void Write(string? value)
        {
            Check(value?.Length ?? 0);
            base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            Check(count);
            base.Write(buffer, index, count);
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            Check(buffer.Length);
            base.Write(buffer);
        }

        private void Check(int more)
        {
            if (GetStringBuilder().Length + more > most)
                throw new TooIntricateException();
        }
    }
}
