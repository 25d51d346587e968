namespace GateMiddleware.Decisions;

/// <summary>Where a request comes from, as far as the gate asks: it matters only to repositories that refuse visitors from the European Union.</summary>
public enum VisitorRegion
{
    /// <summary>It can't be told. The value of an uninitialised variable, so that a slip never allows.</summary>
    Unknown = 0,

    /// <summary>From outside the European Union.</summary>
    Elsewhere = 1,

    /// <summary>From a country or territory of the European Union.</summary>
    EuropeanUnion = 2,
}
