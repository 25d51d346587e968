using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>Settings that can't work stop the start, all of them at once and in words.</summary>
public sealed class MailOptionsTests
{
    [Fact]
    public void Without_any_settings_mails_are_files() => Assert.True(Check(_ => { }).Succeeded);

    [Fact]
    public void A_mail_server_needs_its_name_and_the_sender() =>
        Assert.True(Check(o => (o.From, o.Smtp.Host, o.Smtp.User, o.Smtp.Password) = ("RepoHost <hub@example.org>", "smtp.example.org", "hub", "secret")).Succeeded);

    public static TheoryData<string, string> Faults => new()
    {
        { "From", "Mail:From is not a mail address" },
        { "DigestHour", "Mail:DigestHour is 24; choose 0 to 23" },
        { "TimeZone", "Mail:TimeZone 'Europe/Atlantis' is unknown" },
        { "GiveUpDays", "Mail:GiveUpDays is 0" },
        { "Security", "Mail:Smtp:Security 'Ssl' is unknown; the valid names are None, StartTls, Tls." },
        { "Number", "Mail:Smtp:Security '7' is unknown" },
        { "Port", "Mail:Smtp:Port is 70000" },
        { "Timeout", "Mail:Smtp:TimeoutSeconds is 0" },
        { "User", "Mail:Smtp:User and Mail:Smtp:Password go together" },
        { "NoHost", "Mail:Smtp:Host is missing" },
        { "HostWithPort", "is not a host name" },
        { "NoFrom", "Mail:From is missing" },
        { "Readable", "would send the password readable over the network" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_with_what_to_do(string fault, string sentence)
    {
        var result = Check(o =>
        {
            switch (fault)
            {
                case "From": o.From = "not an address"; break;
                case "DigestHour": o.DigestHour = 24; break;
                case "TimeZone": o.TimeZone = "Europe/Atlantis"; break;
                case "GiveUpDays": o.GiveUpDays = 0; break;
                case "Security": o.Smtp.Security = "Ssl"; break;
                case "Number": o.Smtp.Security = "7"; break;
                case "Port": o.Smtp.Port = 70000; break;
                case "Timeout": o.Smtp.TimeoutSeconds = 0; break;
                case "User": (o.From, o.Smtp.Host, o.Smtp.User) = ("a@b.example", "smtp.example.org", "hub"); break;
                case "NoHost": (o.Smtp.User, o.Smtp.Password) = ("hub", "secret"); break;
                case "HostWithPort": (o.From, o.Smtp.Host) = ("a@b.example", "smtp://smtp.example.org:25"); break;
                case "NoFrom": o.Smtp.Host = "smtp.example.org"; break;
                case "Readable": (o.From, o.Smtp.Host, o.Smtp.User, o.Smtp.Password, o.Smtp.Security) = ("a@b.example", "smtp.example.org", "hub", "secret", "None"); break;
            }
        });
        Assert.Contains(sentence, Assert.Single(result.Failures!), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_clear_is_for_this_machine_only() =>
        Assert.True(Check(o => (o.From, o.Smtp.Host, o.Smtp.User, o.Smtp.Password, o.Smtp.Security) = ("a@b.example", "127.0.0.1", "hub", "secret", "None")).Succeeded);

    [Theory]
    [InlineData("None", null, 25)]
    [InlineData("starttls", null, 587)]
    [InlineData("Tls", null, 465)]
    [InlineData("Tls", 2525, 2525)]
    public void The_port_follows_from_the_security_unless_it_is_set(string security, int? port, int expected) =>
        Assert.Equal(expected, new SmtpOptions { Security = security, Port = port }.ReadPort());

    private static Microsoft.Extensions.Options.ValidateOptionsResult Check(Action<MailOptions> change)
    {
        var options = new MailOptions();
        change(options);
        return new MailOptionsValidator().Validate(null, options);
    }
}
