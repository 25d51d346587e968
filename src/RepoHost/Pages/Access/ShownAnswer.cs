using GateMiddleware.Policy;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Access;

/// <summary>An answer to a gate's form as people read it.</summary>
internal sealed record ShownAnswer(string Label, string Text)
{
    /// <param name="form">The present form: it knows which answers are codes. Others are shown as they were sent.</param>
    public static IReadOnlyList<ShownAnswer> Of(AccessRequest request, GateForm? form) =>
        [.. StoredAnswers.Read(request.Fields).Select(answer => new ShownAnswer(answer.Key, TextOf(form?.Fields.FirstOrDefault(f => f.Label == answer.Key), answer.Value)))];

    private static string TextOf(GateField? field, string answer) => field?.Type switch
    {
        GateFieldType.Checkbox when answer == "on" => "Yes",
        GateFieldType.Country when Country.Find(answer) is { } country => $"{country.Name} ({country.Code})",
        GateFieldType.Select when field.Options.FirstOrDefault(o => o.Value == answer) is { } option && option.Label != answer => $"{option.Label} ({option.Value})",
        _ => answer,
    };
}
