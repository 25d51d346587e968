using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.ModelCards;

public sealed class FrontMatterTests
{
    [Theory]
    [InlineData("---\ngated: manual\n---\nbody", "body")]
    [InlineData("---\r\ngated: manual\r\n---\r\nbody", "body")]
    [InlineData("---\rgated: manual\r---\rbody", "body")]
    [InlineData("\uFEFF---\ngated: manual\n---\nbody", "body")]
    [InlineData("\n \n---\ngated: manual\n---\nbody", "body")]
    [InlineData("---  \t\ngated: manual\n---  \nbody", "body")]
    [InlineData("---\ngated: manual\n---", "")]
    [InlineData("---\ngated: manual\n---\n---\ngated: false\n---\n", "---\ngated: false\n---\n")]
    [InlineData("---\ngated: manual\n ---\nother: 1\n---\nbody", null)]
    public void The_front_matter_ends_at_the_first_line_of_three_dashes(string readme, string? body)
    {
        var bytes = Encoding.UTF8.GetBytes(readme);
        var card = ModelCardReader.Read(bytes);
        Assert.True(card.HasFrontMatter);
        if (body is null)
        {
            Assert.False(card.Readable);
            return;
        }

        Assert.Equal(GateMode.Manual, card.Gated);
        Assert.Equal(body, Encoding.UTF8.GetString(bytes.AsSpan(card.BodyOffset)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# Model\n---\ngated: manual\n---\n")]
    [InlineData("----\ngated: manual\n----\n")]
    [InlineData("--\ngated: manual\n--\n")]
    [InlineData("---x\n---\n")]
    public void A_readme_that_does_not_begin_with_three_dashes_has_none(string readme)
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes(readme));
        Assert.False(card.HasFrontMatter);
        Assert.True(card.Readable);
        Assert.Null(card.Gated);
        Assert.Null(card.Metadata);
        Assert.Equal(0, card.BodyOffset);
    }

    [Theory]
    [InlineData("---")]
    [InlineData("---\n")]
    [InlineData("---\ngated: manual\n")]
    [InlineData("---\ngated: manual\n--- x\n")]
    [InlineData("---\ngated: manual\n----\n")]
    public void Front_matter_that_never_ends_closes_the_gate(string readme)
    {
        var card = ModelCardReader.Read(Encoding.UTF8.GetBytes(readme));
        Assert.False(card.Readable);
        Assert.Equal(1, Assert.Single(card.Problems).Line);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_closes_the_gate()
    {
        Assert.False(ModelCardReader.Read((byte[])[.. "---\ngated: false\nname: "u8, 0xC3, 0x28, .. "\n---\n"u8]).Readable);
        Assert.False(ModelCardReader.Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("---\ngated: manual\n---\n")).ToArray()).Readable);
        Assert.False(ModelCardReader.Read(Encoding.BigEndianUnicode.GetBytes("---\ngated: manual\n---\n")).Readable);
    }

    [Fact]
    public void Bad_bytes_after_the_front_matter_do_not_matter() =>
        Assert.Equal(GateMode.Auto, ModelCardReader.Read((byte[])[.. "---\ngated: auto\n---\n"u8, 0xC3, 0x28]).Gated);

    [Fact]
    public void Problems_are_counted_in_lines_of_the_readme()
    {
        var card = ModelCardReader.Read("\n\n---\r\nlicense: mit\r\n\r\ngated: maybe\r\n---\r\n"u8.ToArray());
        Assert.Equal((6, 8), (Assert.Single(card.Problems).Line, card.Problems[0].Column));
    }

    [Fact]
    public void A_syntax_error_is_placed_where_it_is()
    {
        var card = ModelCardReader.Read("---\nlicense: mit\ngated: 'manual\n---\n"u8.ToArray());
        var problem = Assert.Single(card.Problems);
        Assert.True(problem.Line is 3 or 4, problem.ToString());
        Assert.True(problem.ClosesGate);
    }
}
