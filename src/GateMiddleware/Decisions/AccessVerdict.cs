namespace GateMiddleware.Decisions;

/// <summary>Whether a person may download, and if not, why. Only <see cref="Allowed"/> lets a byte through.</summary>
public enum AccessVerdict
{
    /// <summary>The decision could not be made; answered 503. The value of an uninitialised variable, so that a slip never allows.</summary>
    Unavailable = 0,

    /// <summary>May download.</summary>
    Allowed = 1,

    /// <summary>Nobody is logged in; answered 401.</summary>
    AuthenticationRequired = 2,

    /// <summary>Never asked for access.</summary>
    NeverAsked = 3,

    /// <summary>Asked; a review is awaited.</summary>
    Pending = 4,

    /// <summary>Rejected by a reviewer.</summary>
    Rejected = 5,

    /// <summary>Sent back by a reviewer; may ask again.</summary>
    Reset = 6,

    /// <summary>The person might, but this token may not read gated repositories.</summary>
    TokenLacksGatedRead = 7,

    /// <summary>The person might, but this token may not read this repository; <see cref="AccessDecision.Reason"/> says which right is missing.</summary>
    TokenLacksRight = 8,

    /// <summary>The repository refuses visitors from the European Union, and this one is there.</summary>
    RegionRefused = 9,

    /// <summary>The repository refuses visitors from the European Union, and it can't be told where this one is.</summary>
    RegionUnknown = 10,
}
