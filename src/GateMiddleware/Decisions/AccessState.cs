namespace GateMiddleware.Decisions;

/// <summary>Where a person's access request to one repository stands.</summary>
public enum AccessState
{
    /// <summary>Never asked, or the request was withdrawn.</summary>
    None = 0,

    /// <summary>Asked; a review is awaited.</summary>
    Pending = 1,

    /// <summary>May download.</summary>
    Accepted = 2,

    /// <summary>Refused by a reviewer; cannot ask again.</summary>
    Rejected = 3,

    /// <summary>Sent back by a reviewer; may ask again.</summary>
    Reset = 4,
}
