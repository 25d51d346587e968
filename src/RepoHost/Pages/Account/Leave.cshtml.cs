using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Gating;
using RepoHost.Gating.Persons;

namespace RepoHost.Pages.Account;

/// <summary>What is stored about a person, for them to take along, and the end of their account.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed partial class LeaveModel(
    PeopleList people, Organizations organizations, PersonRemoval removal, PasswordCheck passwords, StorageLimits storage, ILogger<LeaveModel> logger) : AccountPage
{
    /// <summary>The name, typed to delete.</summary>
    [BindProperty]
    public string? Confirm { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool WithRepositories { get; set; }

    public ListedPerson Person { get; private set; } = null!;

    public OwnerUsage Usage { get; private set; } = null!;

    /// <summary>Would be without an admin.</summary>
    public IReadOnlyList<string> Orphans { get; private set; } = [];

    /// <summary>Of this server.</summary>
    public bool IsOnlyAdministrator { get; private set; }

    public async Task OnGetAsync()
    {
        Person = await people.FindByIdAsync(Caller.UserId!, Aborted) ?? throw new InvalidOperationException("A session has no person.");
        Usage = await storage.OfOwnerAsync(Person.UserName, Aborted) ?? throw new InvalidOperationException("A person has no name.");
        Orphans = await organizations.OnlyAdministeredByAsync(Person.Id, Aborted);
        IsOnlyAdministrator = await people.IsOnlyAdministratorAsync(Person.Id, Aborted);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await OnGetAsync();
        if (IsOnlyAdministrator)
            ModelState.AddModelError("", "You are the only administrator of this server. Make somebody else administrator first.");
        else if (!string.Equals(Confirm?.Trim(), Person.UserName, StringComparison.Ordinal))
            ModelState.AddModelError(nameof(Confirm), $"Type {Person.UserName} to delete your account.");
        else if (!Person.HasPassword)
            ModelState.AddModelError("", "Your account has no password, so it can't be seen that it is you. Set one first.");
        else if (!TryBegin())
            return TooMany();
        else if (!await passwords.IsRightAsync(Person.Id, Password ?? "", Aborted))
            ModelState.AddModelError(nameof(Password), WrongPassword);
        else
            TakeBack();
        if (!ModelState.IsValid)
            return Page();

        var result = await removal.RemoveAsync(Person.Id, WithRepositories, Aborted);
        if (result.Outcome != PersonRemovalOutcome.Removed)
        {
            ModelState.AddModelError(result.Outcome == PersonRemovalOutcome.OwnsRepositories ? nameof(WithRepositories) : "", result.Message);
            return Page();
        }

        Log.Left(logger, Person.Id);
        await Sessions.SignOutAsync();
        Notify("Your account is deleted.");
        return SeeOther("/");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "User {UserId} deleted their own account")]
        public static partial void Left(ILogger logger, string userId);
    }
}
