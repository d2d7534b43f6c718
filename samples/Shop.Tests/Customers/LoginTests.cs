namespace Shop.Tests.Customers;

[Timeout(5_000)]
public sealed class LoginTests(ShopClient guest)
{
    private readonly string _email = ShopClient.NewName("alan") + "@example.org";

    [Fixture]
    public async Task<Session> FirstSession(CancellationToken stop)
    {
        await guest.Register(_email, "right password", stop);
        return await guest.Login(_email, "right password", stop);
    }

    [Test]
    public async Task Each_login_has_a_session_of_its_own(Session first, CancellationToken stop)
    {
        var second = await guest.Login(_email, "right password", stop);

        Check.That(first.Token != second.Token);
    }

    [Test]
    public async Task A_session_opens_the_customers_orders(Session session, CancellationToken stop)
    {
        var orders = await guest.As(session).Get<IReadOnlyList<OrderView>>("/orders", stop);

        Check.Equal(0, orders.Count);
    }

    [Test]
    public async Task After_logging_out_a_session_is_worth_nothing(Session session, CancellationToken stop)
    {
        await guest.Logout(session, stop);

        await Check.Refused(401, "no_session", guest.As(session).Get<IReadOnlyList<OrderView>>("/orders", stop));
    }

    [Test]
    [Case("wrong password")]
    [Case("Right Password")]
    [Case("")]
    public async Task A_wrong_password_is_refused(string password, Session session, CancellationToken stop)
    {
        await Check.Refused(401, "wrong_credentials", guest.Login(session.Email, password, stop));
    }

    [Test]
    public async Task An_unknown_address_gets_the_same_answer_as_a_wrong_password(Session session, CancellationToken stop)
    {
        var wrong = await Check.Refused(401, "wrong_credentials", guest.Login(session.Email, "wrong password", stop));
        var unknown = await Check.Refused(401, "wrong_credentials", guest.Login("nobody-" + session.Email, "wrong password", stop));

        Check.Equal(wrong.Refusal, unknown.Refusal);
    }

    [Test, Tag("slow")]
    public async Task Three_wrong_passwords_lock_the_account(Session session, CancellationToken stop)
    {
        for (var i = 0; i < 3; i++) await Check.Refused(401, "wrong_credentials", guest.Login(session.Email, "wrong password", stop));

        await Check.Refused(423, "locked", guest.Login(session.Email, "right password", stop));
    }

    [Test, Tag("slow")]
    public async Task A_right_password_starts_the_count_again(Session session, CancellationToken stop)
    {
        for (var i = 0; i < 2; i++) await Check.Refused(401, "wrong_credentials", guest.Login(session.Email, "wrong password", stop));
        await guest.Login(session.Email, "right password", stop);

        await Check.Refused(401, "wrong_credentials", guest.Login(session.Email, "wrong password", stop));

        Check.Equal(session.Email, (await guest.Login(session.Email, "right password", stop)).Email);
    }
}
