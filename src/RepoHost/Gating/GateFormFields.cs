using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using GateMiddleware.Policy;

namespace RepoHost.Gating;

/// <summary>A field of the gate's form and what it is called in HTML.</summary>
/// <param name="Name">The form's name for it: its label as on the Hub (contract 6.5), where a label can be one.</param>
/// <param name="Key">Made of the label, and of plain letters whatever that holds: for ids.</param>
internal sealed record GateFormField(GateField Field, string Name, string Key)
{
    private const int Glance = 120;

    /// <summary>What the person answered before; null without an answer. Only the form says it, since it is theirs.</summary>
    public string? Given { get; init; }

    /// <summary>The beginning of a label, for sentences about it: a label may be a whole clause.</summary>
    public static string Shortened(string label) =>
        label.Length <= Glance ? label : string.Concat(label.AsSpan(0, char.IsHighSurrogate(label[Glance - 1]) ? Glance - 1 : Glance).TrimEnd(), "…");
}

/// <summary>
/// Names the fields of a gate's form. Labels are the author's words and may be anything; names of forms are compared without letter case, bounded in length,
/// and share their space with the page's own fields. So a label that would not arrive unharmed travels under its key.
/// </summary>
internal static class GateFormFields
{
    /// <summary>The hash of the terms that the form was shown with.</summary>
    public const string Terms = "gate-terms";

    private const string KeyPrefix = "field-";
    private const int LongestName = 100;

    private static readonly FrozenSet<string> OwnNames = FrozenSet.ToFrozenSet([Terms, "csrf", "__RequestVerificationToken", "_charset_"], StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<GateFormField> Of(GateForm form)
    {
        var labels = form.Fields.CountBy(field => field.Label, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return [.. form.Fields.Select(field =>
        {
            var key = KeyPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(field.Label)).AsSpan(0, 8));
            return new GateFormField(field, labels[field.Label] == 1 && CanBeName(field.Label) ? field.Label : key, key);
        })];
    }

    /// <summary>The answers that were sent, by label.</summary>
    /// <param name="fromPage">The form comes from our page and holds its own fields too; a program sends nothing but labels.</param>
    public static Dictionary<string, string> Read(GateForm form, IFormCollection sent, bool fromPage)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, name, _) in Of(form))
        {
            if (sent.TryGetValue(name, out var answer) || ((!fromPage || IsFree(field.Label)) && sent.TryGetValue(field.Label, out answer)))
                answers[field.Label] = answer.ToString();
        }

        return answers;
    }

    private static bool CanBeName(string label) => label.Length <= LongestName && IsFree(label);

    private static bool IsFree(string label) => !OwnNames.Contains(label) && !label.StartsWith(KeyPrefix, StringComparison.OrdinalIgnoreCase);
}
