namespace Shop.Tests.Customers;

public sealed class RegistrationTests(ShopClient guest)
{
    private readonly string _email = ShopClient.NewName("grace") + "@example.org";

    [Test]
    public async Task A_new_customer_can_log_in(CancellationToken stop)
    {
        await guest.Register(_email, "a good password", stop);

        var session = await guest.Login(_email, "a good password", stop);

        Check.Equal(_email, session.Email);
        Check.Equal(32, session.Token.Length);
    }

    [Test]
    [Case(false)]
    [Case(true, Name = "in capitals")]
    public async Task An_address_is_taken_once(bool capitals, CancellationToken stop)
    {
        await guest.Register(_email, "a good password", stop);

        await Check.Refused(409, "email_taken", guest.Register(capitals ? _email.ToUpperInvariant() : _email, "another password", stop));
    }

    [Test]
    [Case("", "bad_email")]
    [Case("nobody", "bad_email")]
    public Task An_address_needs_an_at_sign(string email, string code, CancellationToken stop) => Check.Refused(400, code, guest.Register(email, "a good password", stop));

    [Test]
    [Case("")]
    [Case("1234567")]
    [Case("pässwör", Name = "letters, not bytes, are counted")]
    public Task A_short_password_is_refused(string password, CancellationToken stop) => Check.Refused(400, "weak_password", guest.Register(_email, password, stop));

    [Test]
    [Case("        ", Name = "eight spaces")]
    [Case("パスワード安全確実")]
    [Case("a \"quoted\" / slashed \\ one")]
    public async Task Any_letters_make_a_password(string password, CancellationToken stop)
    {
        await guest.Register(_email, password, stop);

        var session = await guest.Login(_email, password, stop);

        Check.Equal(_email, session.Email);
    }

    [Test, Tag("slow")]
    public async Task Of_two_who_want_the_same_address_one_gets_it(CancellationToken stop)
    {
        var both = new[] { guest.Register(_email, "password of one", stop), guest.Register(_email, "password of two", stop) };

        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Check.Equal(1, both.Count(t => t.IsCompletedSuccessfully));
        await Check.Refused(409, "email_taken", both.Single(t => t.IsFaulted));
    }
}
