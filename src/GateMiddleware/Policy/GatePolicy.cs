using GateMiddleware.ModelCards;

namespace GateMiddleware.Policy;

/// <summary>The gate that holds for one repository, for every revision and every door of it.</summary>
public sealed record GatePolicy
{
    /// <summary>The gate that holds: the stricter of card and setting.</summary>
    public required GateMode Mode { get; init; }

    /// <summary>What the card says; for an unreadable card what its last readable version said. Null when it says nothing.</summary>
    public GateMode? CardMode { get; init; }

    /// <summary>What the repository's setting says.</summary>
    public GateMode SettingMode { get; init; }

    /// <summary>True when members of the owning organization must ask like anyone. Default false.</summary>
    public bool MembersGated { get; init; }

    /// <summary>True when the card refuses visitors from the European Union. Without effect while the gate is open.</summary>
    public bool EuDisallowed { get; init; }

    /// <summary>The form to ask with.</summary>
    public required GateForm Form { get; init; }

    /// <summary>
    /// False when the card can't be read: the form may then lack what its authors ask for, so filling it in must not be enough to get access, not even under
    /// <see cref="GateMode.Auto"/>. Default true.
    /// </summary>
    public bool FormComplete { get; init; } = true;

    /// <summary>Combines the two sources of a gate; the stricter holds, and doubt closes.</summary>
    /// <param name="card">The card at the tip of the default branch; null when the repository has no README.md.</param>
    /// <param name="setting">The repository's setting.</param>
    /// <param name="lastReadableCardGate">
    /// Used only for an unreadable card: what its last readable version said, with <see cref="GateMode.Open"/> when that version said nothing.
    /// Null when no version could ever be read; the gate is then manual unless the setting closes it already. So it is when a gate is meant in the card
    /// (<see cref="ModelCard.NamesGate"/>) and the last readable version had none.
    /// </param>
    /// <param name="membersGated">Whether members of the owning organization must ask too.</param>
    /// <param name="kind">What the repository is, for the default heading: "model", "dataset" or "space".</param>
    /// <param name="lastReadableEuDisallowed">Used only for an unreadable card: whether its last readable version refused visitors from the European Union.</param>
    /// <returns>The policy.</returns>
    public static GatePolicy Combine(ModelCard? card, GateMode setting, GateMode? lastReadableCardGate, bool membersGated, string kind = "model", bool lastReadableEuDisallowed = false)
    {
        if (card is { Readable: false, NamesGate: true } && lastReadableCardGate is GateMode.Open) lastReadableCardGate = null;
        var cardMode = card is null ? null : card.Readable ? card.Gated : lastReadableCardGate;
        var mode = Stricter(setting, cardMode ?? GateMode.Open);
        var nothingKnown = card is { Readable: false } && lastReadableCardGate is null;
        if (nothingKnown && mode == GateMode.Open) mode = GateMode.Manual;

        return new GatePolicy
        {
            Mode = mode,
            CardMode = cardMode,
            SettingMode = setting,
            MembersGated = membersGated,
            EuDisallowed = card is not null && (card.EuDisallowed || (!card.Readable && lastReadableEuDisallowed)),
            Form = FormOf(card, mode, kind),
            FormComplete = card is not { Readable: false },
        };
    }

    // Defaults: the Hub's own form, as shown to a logged-in person.
    private static GateForm FormOf(ModelCard? card, GateMode mode, string kind) => new(
        card?.Heading ?? $"You need to agree to share your contact information to access this {kind}",
        card?.Prompt,
        card?.Description,
        card?.ButtonContent ?? (mode == GateMode.Manual || card is { Readable: false } ? "Agree and send request to access repo" : "Agree and access repository"),
        card?.Fields ?? []);

    private static GateMode Stricter(GateMode one, GateMode other) => one > other ? one : other;
}
