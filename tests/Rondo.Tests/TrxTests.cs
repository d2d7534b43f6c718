using Microsoft.Testing.Extensions.TrxReport.Abstractions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Adapter;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Tests;

/// <summary>What a TRX report wants from a node. The extension itself is not used: its package is the user's.</summary>
[TestClass]
public sealed class TrxTests
{
    [TestMethod]
    public void A_failed_case_carries_its_class_its_error_and_its_output()
    {
        var trx = new TrxNodes();
        trx.Enable();

        var properties = Finish(trx).Properties;

        Assert.AreEqual("Shop.Checkout.OrderTests", properties.Single<TrxFullyQualifiedTypeNameProperty>().FullyQualifiedTypeName);
        var error = properties.Single<TrxExceptionProperty>();
        Assert.AreEqual("System.InvalidOperationException: boom|   at Shop.Pay()", error.Message + "|" + error.StackTrace);
        Assert.StartsWith("before", properties.Single<TrxMessagesProperty>().Messages[0].Message!);
    }

    [TestMethod]
    public void Without_a_report_nothing_is_added()
    {
        var properties = Finish(new TrxNodes()).Properties;

        Assert.IsFalse(properties.Any<TrxFullyQualifiedTypeNameProperty>());
        Assert.IsFalse(properties.Any<TrxExceptionProperty>());
    }

    private static TestNode Finish(TrxNodes trx) =>
        _ = new Nodes(trx, RerunCommand.Unknown, null).Finished(Catalogs.Case(), Catalogs.Result(new Outcome.Failed(Catalogs.Boom)) with { Output = "before" }).Single();
}
