using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.Policy;

public sealed class GateAnswersTests
{
    private static readonly GateForm Form = new("h", null, null, "b",
    [
        new("Name", GateFieldType.Text, []),
        new("I agree", GateFieldType.Checkbox, []),
        new("Born", GateFieldType.DatePicker, []),
        new("Country", GateFieldType.Country, []),
        new("Use", GateFieldType.Select, [new("Research", "research"), new("Other", "Other")]),
        new("Where", GateFieldType.IpLocation, []),
    ]);

    [Fact]
    public void Complete_answers_are_cleaned_and_kept_in_card_order()
    {
        var result = GateAnswers.Check(Form, new Dictionary<string, string>
        {
            ["Country"] = "fr",
            ["Use"] = "research",
            ["Born"] = "2000-02-29",
            ["I agree"] = "true",
            ["Name"] = "  Dana\0 ",
            ["Where"] = "Mars",
            ["__RequestVerificationToken"] = "x",
        });
        Assert.True(result.Complete);
        Assert.Equal([new("Name", "Dana"), new("I agree", "on"), new("Born", "2000-02-29"), new("Country", "FR"), new("Use", "research")], result.Answers);
    }

    [Fact]
    public void Where_somebody_is_comes_from_the_server_alone() =>
        Assert.Contains(new("Where", "FR"), GateAnswers.Check(Form, new Dictionary<string, string> { ["Where"] = "Mars" }, "FR").Answers);

    [Fact]
    public void Every_field_is_required_and_named()
    {
        var result = GateAnswers.Check(Form, new Dictionary<string, string>());
        Assert.Equal(["Name", "I agree", "Born", "Country", "Use"], result.Problems.Select(problem => problem.Label));
        Assert.Empty(result.Answers);
    }

    [Theory]
    [InlineData("Name", "   ")]
    [InlineData("I agree", "off")]
    [InlineData("I agree", "false")]
    [InlineData("I agree", "1")]
    [InlineData("Born", "2001-02-29")]
    [InlineData("Born", "2001-2-9")]
    [InlineData("Born", "29.02.2000")]
    [InlineData("Born", "2000-02-29T00:00")]
    [InlineData("Country", "France")]
    [InlineData("Country", "XX")]
    [InlineData("Country", "UK")]
    [InlineData("Country", "FRA")]
    [InlineData("Use", "Research")]
    [InlineData("Use", "other")]
    [InlineData("Use", "research,Other")]
    public void A_wrong_answer_is_refused(string label, string answer) =>
        Assert.Contains(GateAnswers.Check(Form, new Dictionary<string, string> { [label] = answer }).Problems, problem => problem.Label == label);

    [Fact]
    public void A_text_may_have_two_thousand_characters()
    {
        Assert.DoesNotContain(GateAnswers.Check(Form, new Dictionary<string, string> { ["Name"] = new('x', 2000) }).Problems, problem => problem.Label == "Name");
        Assert.Contains(GateAnswers.Check(Form, new Dictionary<string, string> { ["Name"] = new('x', 2001) }).Problems, problem => problem.Label == "Name");
    }

    [Fact]
    public void The_list_of_countries_is_that_of_ISO_3166()
    {
        Assert.Equal(249, Country.All.Count);
        Assert.Equal(249, Country.All.Select(country => country.Code).Distinct().Count());
        Assert.All(Country.All, country => Assert.Matches("^[A-Z]{2}$", country.Code));
        Assert.All(Country.All, country => Assert.True(country.Name.Length > 2));
        Assert.Equal("Germany", Country.Find("DE")!.Name);
        Assert.Null(Country.Find("de"));
    }
}
