namespace GateMiddleware.Policy;

/// <summary>How a repository lets people in. The order matters: a larger value is stricter, and of two sources the stricter holds.</summary>
public enum GateMode
{
    /// <summary>Anyone may download.</summary>
    Open = 0,

    /// <summary>Access follows as soon as a person agrees to the form.</summary>
    Auto = 1,

    /// <summary>An author decides about each request.</summary>
    Manual = 2,
}
