using System.Text;
using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using GateMiddleware.Tests.Support;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace GateMiddleware.Tests.Rejection;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(AccessVerdict.AuthenticationRequired, 401, "GatedRepo", "Access to model acme/gated is restricted. You must have access to it and be authenticated to access it. Please log in.")]
    [InlineData(AccessVerdict.NeverAsked, 403, "GatedRepo", "Access to model acme/gated is restricted and you are not in the authorized list. Visit https://hub.example/acme/gated to ask for access.")]
    [InlineData(AccessVerdict.Pending, 403, "GatedRepo", "Your request to access model acme/gated is awaiting a review from the repo authors.")]
    [InlineData(AccessVerdict.Rejected, 403, "GatedRepo", "Your request to access model acme/gated has been rejected by the repo's authors.")]
    [InlineData(AccessVerdict.Reset, 403, "GatedRepo", "Your request to access model acme/gated has been reset by the repo's authors. Visit https://hub.example/acme/gated to submit a new request.")]
    [InlineData(AccessVerdict.TokenLacksGatedRead, 403, "GatedRepo", "Please enable access to public gated repositories in your fine-grained token settings to view this repository.")]
    [InlineData(AccessVerdict.RegionRefused, 403, "GatedRepo", "Access to model acme/gated is not available from the European Union.")]
    [InlineData(AccessVerdict.RegionUnknown, 403, "GatedRepo", "Access to model acme/gated is not available from the European Union, and it could not be determined where this request comes from.")]
    [InlineData(AccessVerdict.Unavailable, 503, null, "Access to this repository cannot be checked at the moment. Please try again shortly.")]
    [InlineData((AccessVerdict)77, 503, null, "Access to this repository cannot be checked at the moment. Please try again shortly.")]
    public void Each_verdict_has_the_sentence_of_the_Hub(AccessVerdict verdict, int status, string? code, string message)
    {
        var refusal = Refusals.For(Gates.Repository(), new AccessDecision(verdict));
        Assert.Equal((status, code, message), (refusal.Status, refusal.ErrorCode, refusal.Message));
    }

    [Fact]
    public void A_rejection_carries_the_reviewers_reason() =>
        Assert.Equal(
            "Your request to access dataset acme/gated has been rejected by the repo's authors. Reason: not académic",
            Refusals.For(Gates.Repository() with { Kind = "dataset" }, new AccessDecision(AccessVerdict.Rejected, "not académic")).Message);

    [Fact]
    public void A_token_without_the_right_hears_which_one_it_is()
    {
        var refusal = Refusals.For(Gates.Repository(), new AccessDecision(AccessVerdict.TokenLacksRight, "It lacks the right 'Read'."));
        Assert.Equal((403, "GatedRepo", "It lacks the right 'Read'."), (refusal.Status, refusal.ErrorCode, refusal.Message));
        Assert.Equal(503, Refusals.For(Gates.Repository(), new AccessDecision(AccessVerdict.TokenLacksRight)).Status);
    }

    [Fact]
    public void An_allowed_request_has_no_refusal() =>
        Assert.Throws<ArgumentException>(() => Refusals.For(Gates.Repository(), new AccessDecision(AccessVerdict.Allowed)));

    [Theory]
    [InlineData("plain text, with 'marks'!", "plain text, with 'marks'!")]
    [InlineData("a\r\nX-Evil: 1", "a X-Evil: 1")]
    [InlineData("a\t\u00a0\u2028\u0085  b", "a b")]
    [InlineData("  trimmed\n", "trimmed")]
    [InlineData("é漢😀\u0301x", "****x")]
    [InlineData("\0\u0007\u007f\u001b[2J", "[2J")]
    [InlineData("\u202e", "*")]
    [InlineData("", "")]
    public void A_header_value_is_printable_ASCII(string text, string expected) => Assert.Equal(expected, HeaderText.Printable(text));

    [Fact]
    public void Half_a_character_in_a_header_value_is_one_star() => Assert.Equal("a*b", HeaderText.Printable("a" + (char)0xD800 + "b"));

    [Fact]
    public async Task The_JSON_answer_is_exactly_this() =>
        Assert.Equal(
            """
            403
            Access-Control-Allow-Origin: *
            Access-Control-Expose-Headers: X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag
            Cache-Control: no-store
            Content-Length: 112
            Content-Type: application/json; charset=utf-8
            X-Content-Type-Options: nosniff
            X-Error-Code: GatedRepo
            X-Error-Message: Your request to access model acme/gated has been rejected by the repo's authors. Reason: <b> *" x
            X-Gate-Page: https://hub.example/acme/gated
            X-HF-Warning: gate; Your request to access model acme/gated has been rejected by the repo's authors. Reason: <b> *" x

            {"error":"Your request to access model acme/gated has been rejected by the repo's authors. Reason: <b> ä\"\nx"}
            """,
            await WriteAsync("GET", AccessVerdict.Rejected, RefusalFormat.Json, "<b> ä\"\nx"));

    [Fact]
    public async Task The_answer_to_git_is_exactly_this() =>
        Assert.Equal(
            """
            401
            Access-Control-Allow-Origin: *
            Access-Control-Expose-Headers: X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag
            Cache-Control: no-store
            Content-Length: 118
            Content-Type: text/plain; charset=utf-8
            WWW-Authenticate: Basic realm="Authentication required", charset="UTF-8"
            X-Content-Type-Options: nosniff
            X-Error-Code: GatedRepo
            X-Error-Message: Access to model acme/gated is restricted. You must have access to it and be authenticated to access it. Please log in.
            X-Gate-Page: https://hub.example/acme/gated
            X-HF-Warning: gate; Access to model acme/gated is restricted. You must have access to it and be authenticated to access it. Please log in.

            Access to model acme/gated is restricted. You must have access to it and be authenticated to access it. Please log in.
            """,
            await WriteAsync("GET", AccessVerdict.AuthenticationRequired, RefusalFormat.Text));

    /// <summary>To "Basic" a browser opens its own window for a password, over a page whose script has asked.</summary>
    [Theory]
    [InlineData(RefusalFormat.Text)]
    [InlineData(RefusalFormat.Lfs)]
    public async Task A_script_is_not_challenged_to_send_a_password(RefusalFormat format)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Requested-With"] = "XMLHttpRequest";
        await RefusalWriter.WriteAsync(context, Refusals.For(Gates.Repository(), new AccessDecision(AccessVerdict.AuthenticationRequired)), format);
        Assert.StartsWith("Bearer ", context.Response.Headers.WWWAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_gets_the_headers_of_GET_and_no_body_nor_a_type_that_promises_one()
    {
        foreach (var format in Enum.GetValues<RefusalFormat>())
        {
            var get = await WriteAsync("GET", AccessVerdict.Pending, format);
            var head = await WriteAsync("HEAD", AccessVerdict.Pending, format);
            Assert.Equal(Told(get[..get.IndexOf("\n\n", StringComparison.Ordinal)]), Told(head.TrimEnd('\n')));
            Assert.EndsWith("\n\n", head, StringComparison.Ordinal);
            Assert.DoesNotContain("json", head, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<string> Told(string headers) =>
        headers.Split('\n').Where(line => !line.StartsWith("Content-Length", StringComparison.Ordinal) && !line.StartsWith("Content-Type", StringComparison.Ordinal));

    [Fact]
    public async Task A_401_challenges_and_a_503_says_when_to_come_back()
    {
        Assert.Contains("WWW-Authenticate: Bearer realm=\"Authentication required\", charset=\"UTF-8\"\n", await WriteAsync("GET", AccessVerdict.AuthenticationRequired, RefusalFormat.Json), StringComparison.Ordinal);
        var unavailable = await WriteAsync("GET", AccessVerdict.Unavailable, RefusalFormat.Json);
        Assert.Contains("Retry-After: 1\n", unavailable, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Error-Code", unavailable.Replace("X-Request-Id, X-Error-Code", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("WWW-Authenticate", unavailable, StringComparison.Ordinal);
        Assert.DoesNotContain("X-HF-Warning", unavailable, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RefusalFormat.Json, null, null, "Bearer {0}")]
    [InlineData(RefusalFormat.File, null, null, "Bearer {0}, Basic {0}")]
    [InlineData(RefusalFormat.File, "Accept", "text/html", "Bearer {0}")]
    [InlineData(RefusalFormat.File, "Sec-Fetch-Mode", "navigate", "Bearer {0}")]
    [InlineData(RefusalFormat.File, "Sec-Fetch-Mode", "cors", "Bearer {0}")]
    [InlineData(RefusalFormat.File, "Origin", "https://app.example", "Bearer {0}")]
    [InlineData(RefusalFormat.Text, null, null, "Basic {0}")]
    [InlineData(RefusalFormat.Lfs, null, null, "Basic {0}")]
    public async Task Programs_are_offered_Basic_where_they_read_files_and_browsers_are_not(RefusalFormat format, string? header, string? value, string challenge)
    {
        var context = Context("GET");
        if (header is not null) context.Request.Headers[header] = value;
        await RefusalWriter.WriteAsync(context, Refusals.For(Gates.Repository(), new AccessDecision(AccessVerdict.AuthenticationRequired)), format);
        Assert.Equal(string.Format(null, challenge, "realm=\"Authentication required\", charset=\"UTF-8\""), context.Response.Headers.WWWAuthenticate.ToString());
    }

    [Theory]
    [InlineData("GET", "navigate", "*/*", null, true)]
    [InlineData("GET", "navigate", "text/html", "Bearer x", true)]
    [InlineData("GET", "cors", "text/html", null, false)]
    [InlineData("GET", "no-cors", "image/*", null, false)]
    [InlineData("GET", null, "text/html,application/xhtml+xml", null, true)]
    [InlineData("GET", null, "text/html", "Bearer x", false)]
    [InlineData("GET", null, "*/*", null, false)]
    [InlineData("GET", null, null, null, false)]
    [InlineData("POST", "navigate", "text/html", null, false)]
    public void Only_a_browsers_own_navigation_gets_a_page(string method, string? mode, string? accept, string? authorization, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        if (mode is not null) request.Headers["Sec-Fetch-Mode"] = mode;
        if (accept is not null) request.Headers.Accept = accept;
        if (authorization is not null) request.Headers.Authorization = authorization;
        Assert.Equal(expected, RefusalWriter.IsNavigation(request));
    }

    [Fact]
    public async Task The_page_encodes_everything_runs_nothing_and_links_to_the_repository()
    {
        var page = await WriteAsync("GET", AccessVerdict.Rejected, RefusalFormat.Html, "<script>alert(1)</script>", "https://hub.example/acme/gated?a=\"><x>&b");
        var body = page[page.IndexOf("\n\n", StringComparison.Ordinal)..];
        Assert.Contains("Content-Type: text/html; charset=utf-8\n", page, StringComparison.Ordinal);
        Assert.Matches("Content-Security-Policy: default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\n", page);
        Assert.DoesNotContain("<script", body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", body, StringComparison.Ordinal);
        Assert.Contains("href=\"https://hub.example/acme/gated?a=&quot;&gt;&lt;x&gt;&amp;b\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("not an address")]
    public async Task The_page_links_to_web_addresses_only(string url) =>
        Assert.DoesNotContain("href", await WriteAsync("GET", AccessVerdict.Pending, RefusalFormat.Html, page: url), StringComparison.Ordinal);

    [Fact]
    public async Task What_an_earlier_stage_said_of_the_file_is_taken_back_and_its_CORS_headers_stay()
    {
        var context = Context("GET");
        context.Response.Headers.ETag = "\"abc\"";
        context.Response.Headers.LastModified = "x";
        context.Response.Headers.ContentDisposition = "x";
        context.Response.Headers.CacheControl = "public";
        context.Response.Headers.AccessControlAllowOrigin = "https://app.example";
        await RefusalWriter.WriteAsync(context, Refusals.Unavailable, RefusalFormat.Json);
        Assert.Empty(context.Response.Headers.ETag.ToString() + context.Response.Headers.LastModified + context.Response.Headers.ContentDisposition);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal("https://app.example", context.Response.Headers.AccessControlAllowOrigin);
    }

    private static DefaultHttpContext Context(string method) => new() { Request = { Method = method }, Response = { Body = new MemoryStream() } };

    private static async Task<string> WriteAsync(string method, AccessVerdict verdict, RefusalFormat format, string? reason = null, string page = "https://hub.example/acme/gated")
    {
        var context = Context(method);
        await RefusalWriter.WriteAsync(context, Refusals.For(Gates.Repository() with { PageUrl = page }, new AccessDecision(verdict, reason)), format);
        var text = new StringBuilder().Append(context.Response.StatusCode).Append('\n');
        foreach (var (name, value) in context.Response.Headers.OrderBy(header => header.Key, StringComparer.Ordinal)) text.Append(name).Append(": ").Append(value).Append('\n');
        return text.Append('\n').Append(Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray())).ToString();
    }
}
