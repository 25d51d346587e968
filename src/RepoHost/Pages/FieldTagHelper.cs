using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace RepoHost.Pages;

/// <summary>
/// One field of a form: label, hint, control and the error beside it, tied together for screen readers.
/// <c>&lt;field name="email" label="Mail" type="email" value="@Model.Email" hint="…" required /&gt;</c>; <c>as="textarea"</c>, <c>as="select"</c> with
/// <c>items</c>, <c>as="checkbox"</c> with <c>checked</c>. Other attributes go to the control. Errors come from ModelState under the field's name, and what was
/// sent is kept, but for passwords.
/// </summary>
[HtmlTargetElement("field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FieldTagHelper : TagHelper
{
    /// <summary>Name of the form's field.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where its errors and what was sent are in ModelState, and what its id is made of; the name by default. For names that others choose, or that stand on the page twice.</summary>
    public string? State { get; set; }

    /// <summary>What it is called.</summary>
    public string Label { get; set; } = "";

    /// <summary>A sentence under the label; none by default.</summary>
    public string? Hint { get; set; }

    /// <summary><c>input</c> (default), <c>textarea</c>, <c>select</c> or <c>checkbox</c>.</summary>
    public string As { get; set; } = "input";

    /// <summary>The input's type; text by default.</summary>
    public string Type { get; set; } = "text";

    /// <summary>What the control holds before anything was sent.</summary>
    public string? Value { get; set; }

    /// <summary>Whether a checkbox is ticked before anything was sent.</summary>
    public bool Checked { get; set; }

    /// <summary>The form can't be sent without it.</summary>
    public bool Required { get; set; }

    /// <summary>Options of a select.</summary>
    public IEnumerable<SelectListItem> Items { get; set; } = [];

    /// <summary>Where errors are.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var id = TagBuilder.CreateSanitizedId(State ?? Name, "-");
        var state = View.ViewData.ModelState.GetValueOrDefault(State ?? Name);
        var error = state?.Errors.Count > 0 ? state.Errors[0].ErrorMessage : null;
        var control = Control(id, state);
        foreach (var attribute in context.AllAttributes.Where(a => output.Attributes.ContainsName(a.Name)))
            control.Attributes[attribute.Name] = attribute.Value is null || attribute.ValueStyle == HtmlAttributeValueStyle.Minimized ? "" : Text(attribute.Value);
        output.Attributes.Clear();

        string[] described = [.. Hint is null ? [] : (string[])[$"{id}-hint"], .. error is null ? [] : (string[])[$"{id}-error"]];
        if (described.Length > 0)
            control.Attributes["aria-describedby"] = string.Join(' ', described);
        if (error is not null)
            control.Attributes["aria-invalid"] = "true";
        if (Required)
            control.Attributes["required"] = "";

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", As == "checkbox" ? "field check" : "field");
        output.Attributes.SetAttribute("data-field", Name);
        var label = Element("label", Label);
        label.Attributes["for"] = id;
        if (As == "checkbox")
            output.Content.AppendHtml(control).AppendHtml(label);
        else
            output.Content.AppendHtml(label);
        if (Hint is not null)
            output.Content.AppendHtml(Described("hint", $"{id}-hint", Hint));
        if (As != "checkbox")
            output.Content.AppendHtml(control);
        output.Content.AppendHtml(await output.GetChildContentAsync());
        if (error is not null)
            output.Content.AppendHtml(Described("error", $"{id}-error", error));
    }

    private TagBuilder Control(string id, ModelStateEntry? state)
    {
        var sent = Type == "password" ? null : state?.AttemptedValue;
        var control = new TagBuilder(As == "checkbox" ? "input" : As);
        control.Attributes["id"] = id;
        control.Attributes["name"] = Name;
        switch (As)
        {
            case "textarea":
                // The first line break of a textarea is not part of its text.
                control.InnerHtml.Append("\n" + (sent ?? Value));
                break;
            case "select":
                foreach (var item in Items)
                    control.InnerHtml.AppendHtml(Option(item, sent ?? Value));
                break;
            case "checkbox":
                control.Attributes["type"] = "checkbox";
                control.Attributes["value"] = Value ?? "true";
                if (View.HttpContext.Request.HasFormContentType ? sent is not null : Checked)
                    control.Attributes["checked"] = "";
                control.TagRenderMode = TagRenderMode.SelfClosing;
                break;
            default:
                control.Attributes["type"] = Type;
                if ((sent ?? (Type == "password" ? null : Value)) is { } value)
                    control.Attributes["value"] = value;
                control.TagRenderMode = TagRenderMode.SelfClosing;
                break;
        }

        return control;
    }

    private static TagBuilder Option(SelectListItem item, string? chosen)
    {
        var option = Element("option", item.Text);
        option.Attributes["value"] = item.Value ?? item.Text;
        if (chosen is null ? item.Selected : (item.Value ?? item.Text) == chosen)
            option.Attributes["selected"] = "";
        if (item.Disabled)
            option.Attributes["disabled"] = "";
        return option;
    }

    private static TagBuilder Described(string @class, string id, string text)
    {
        var element = Element("p", text);
        element.AddCssClass(@class);
        element.Attributes["id"] = id;
        return element;
    }

    private static TagBuilder Element(string name, string text)
    {
        var element = new TagBuilder(name);
        element.InnerHtml.Append(text);
        return element;
    }

    private static string Text(object value)
    {
        if (value is not Microsoft.AspNetCore.Html.IHtmlContent html)
            return value.ToString() ?? "";
        using var text = new StringWriter();
        html.WriteTo(text, HtmlEncoder.Default);
        return System.Net.WebUtility.HtmlDecode(text.ToString());
    }
}
