namespace RepoHost.Pages.Markup;

/// <summary>A text that would take too long or grow too large; it is shown as it was written instead.</summary>
internal sealed class TooIntricateException : Exception
{
    public TooIntricateException()
        : base("The text is too intricate to be rendered.")
    {
    }

    public TooIntricateException(string message)
        : base(message)
    {
    }

    public TooIntricateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
