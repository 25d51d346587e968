using GateMiddleware.Policy;
using Xunit;

namespace GateMiddleware.Tests.Policy;

public sealed class EuropeanUnionTests
{
    [Fact]
    public void It_has_27_member_states()
    {
        string[] members =
        [
            "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czech Republic", "Denmark", "Estonia", "Finland", "France", "Germany", "Greece", "Hungary", "Ireland", "Italy",
            "Latvia", "Lithuania", "Luxembourg", "Malta", "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
        ];
        string[] territories = ["French Guiana", "Guadeloupe", "Martinique", "Mayotte", "R\u00e9union", "St Martin (French)", "\u00c5land Islands"];
        Assert.Equal(27, members.Length);
        Assert.Equal(members.Concat(territories).Order(StringComparer.Ordinal), Country.All.Where(country => EuropeanUnion.Includes(country.Code)).Select(country => country.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EU", true)]
    [InlineData("GB", false)]
    [InlineData("CH", false)]
    [InlineData("NO", false)]
    [InlineData("IS", false)]
    [InlineData("LI", false)]
    [InlineData("UA", false)]
    [InlineData("GL", false)]
    [InlineData("", false)]
    [InlineData("de", false)]
    public void What_is_near_it_is_not_in_it(string code, bool included) => Assert.Equal(included, EuropeanUnion.Includes(code));
}
