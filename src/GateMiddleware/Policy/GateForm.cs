using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GateMiddleware.Policy;

/// <summary>The form that a person agrees to. All texts come from the card and are hostile input: encode or sanitize them where they are shown.</summary>
/// <param name="Heading">The form's heading.</param>
/// <param name="Prompt">Markdown above the fields, or null.</param>
/// <param name="Description">Markdown under the heading, or null.</param>
/// <param name="ButtonContent">The text of the button.</param>
/// <param name="Fields">The fields in card order.</param>
public sealed record GateForm(string Heading, string? Prompt, string? Description, string ButtonContent, IReadOnlyList<GateField> Fields)
{
    /// <summary>SHA-256 over every text and field, in lower-case hexadecimal: the proof of what was agreed to. Equal hashes mean equal forms.</summary>
    public string TermsHash => Hash();

    private string Hash()
    {
        var text = new StringBuilder("gate-form-1\n");
        Append(text, Heading);
        Append(text, Prompt);
        Append(text, Description);
        Append(text, ButtonContent);
        text.Append(CultureInfo.InvariantCulture, $"{Fields.Count}\n");
        foreach (var field in Fields)
        {
            Append(text, field.Label);
            Append(text, field.Type.ToString());
            text.Append(CultureInfo.InvariantCulture, $"{field.Options.Count}\n");
            foreach (var option in field.Options)
            {
                Append(text, option.Label);
                Append(text, option.Value);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // Lengths first, so that no text can pass for the end of one and the start of another.
    private static void Append(StringBuilder text, string? part) =>
        text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part}\n");
}
