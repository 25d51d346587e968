namespace GateMiddleware.Policy;

/// <summary>What a field of the gate's form asks for.</summary>
public enum GateFieldType
{
    /// <summary>Free text.</summary>
    Text = 0,

    /// <summary>A box that must be ticked.</summary>
    Checkbox = 1,

    /// <summary>A day, <c>yyyy-MM-dd</c>.</summary>
    DatePicker = 2,

    /// <summary>A country, as an ISO 3166-1 alpha-2 code.</summary>
    Country = 3,

    /// <summary>Where the person's address is, filled in by the server and never by the person.</summary>
    IpLocation = 4,

    /// <summary>One of the field's options.</summary>
    Select = 5,
}
