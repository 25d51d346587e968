using System.Globalization;

namespace GateMiddleware.Policy;

/// <summary>Checks answers to a gate's form on the server, whatever a browser let through.</summary>
public static class GateAnswers
{
    /// <summary>Characters a text answer may have.</summary>
    public const int MaxTextLength = 2000;

    /// <summary>Checks and cleans the answers to a form. Every field is required.</summary>
    /// <param name="form">The form that holds now.</param>
    /// <param name="sent">What was sent, by label; labels the form does not declare are dropped.</param>
    /// <param name="ipLocation">Where the server believes the person is, for <c>ip_location</c> fields, which never take what was sent; null leaves them out.</param>
    /// <returns>Clean answers in card order, and a problem for each field that is missing or wrong.</returns>
    public static GateAnswersResult Check(GateForm form, IReadOnlyDictionary<string, string> sent, string? ipLocation = null)
    {
        var answers = new List<KeyValuePair<string, string>>();
        var problems = new List<GateAnswerProblem>();
        foreach (var field in form.Fields)
        {
            if (field.Type == GateFieldType.IpLocation)
            {
                if (!string.IsNullOrWhiteSpace(ipLocation)) answers.Add(new(field.Label, ipLocation));
                continue;
            }

            var (answer, problem) = CheckField(field, sent.GetValueOrDefault(field.Label)?.Trim() ?? "");
            if (problem is not null) problems.Add(new(field.Label, problem));
            else answers.Add(new(field.Label, answer));
        }

        return new GateAnswersResult(answers, problems);
    }

    private static (string Answer, string? Problem) CheckField(GateField field, string sent) => field.Type switch
    {
        GateFieldType.Checkbox => sent is "on" or "true" ? ("on", null) : ("", "Tick this box to go on."),
        GateFieldType.DatePicker => IsDay(sent) ? (sent, null) : ("", "Choose a date, written yyyy-mm-dd."),
        GateFieldType.Country => Country.Find(sent.ToUpperInvariant()) is { } country ? (country.Code, null) : ("", "Choose a country."),
        GateFieldType.Select => field.Options.Any(option => option.Value.Trim() == sent) ? (field.Options.First(option => option.Value.Trim() == sent).Value, null) : ("", "Choose one of the options."),
        _ => CheckText(sent),
    };

    private static (string Answer, string? Problem) CheckText(string sent)
    {
        if (sent.Length == 0) return ("", "Fill in this field.");
        if (sent.Length > MaxTextLength) return ("", $"Write at most {MaxTextLength} characters.");
        // A NUL is refused by some databases and ends the text in others.
        return (sent.Replace("\0", "", StringComparison.Ordinal), null);
    }

    private static bool IsDay(string sent) => DateOnly.TryParseExact(sent, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
