// The only file that names the TRX extension's types. Its assembly is not among our dependencies: the extension brings it.
using Microsoft.Testing.Extensions.TrxReport.Abstractions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Engine.Results;

namespace Rondo.Adapter;

internal sealed class TrxNodes : ITrxReportCapability, ITrxNodes
{
    private bool _enabled;

    public bool IsSupported => true;

    public void Enable() => _enabled = true;

    public void AddClass(PropertyBag properties, string fullTypeName)
    {
        if (_enabled) properties.Add(new TrxFullyQualifiedTypeNameProperty(fullTypeName));
    }

    public void AddResult(PropertyBag properties, Failure? failure, string output, string errorOutput)
    {
        if (!_enabled) return;
        if (failure is not null) properties.Add(new TrxExceptionProperty(ReportedFailure.MessageOf(failure), failure.Stack));
        var messages = new List<TrxMessage>(2);
        if (output.Length > 0) messages.Add(new StandardOutputTrxMessage(output));
        if (errorOutput.Length > 0) messages.Add(new StandardErrorTrxMessage(errorOutput));
        if (messages.Count > 0) properties.Add(new TrxMessagesProperty([.. messages]));
    }
}
