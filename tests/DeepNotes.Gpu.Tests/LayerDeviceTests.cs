using DeepNotes.Nn;

namespace DeepNotes.Gpu.Tests;

/// <summary>An input that is not where its layer is gets an exception that names the layer and both devices.</summary>
public class LayerDeviceTests
{
    private static readonly Device Gpu = TestDevice.Gpu;

    private static readonly (Layer Layer, int[] Input)[] Rows =
    [
        (new Linear(5, 3), [2, 5]),
        (new Linear(5, 3, bias: false), [5]),
        (new Conv1d(2, 3, 2), [1, 2, 4]),
        (new Conv2d(2, 3, 2), [1, 2, 4, 4]),
        (new Conv3d(2, 3, 2), [1, 2, 3, 3, 3]),
        (new ConvTranspose1d(2, 3, 2), [1, 2, 4]),
        (new ConvTranspose2d(2, 3, 2), [1, 2, 4, 4]),
        (new ConvTranspose3d(2, 3, 2), [1, 2, 3, 3, 3]),
        (new BatchNorm2d(2), [2, 2, 3, 3]),
        (new InstanceNorm1d(2, affine: true), [2, 2, 3]),
        (new GroupNorm(1, 2), [2, 2, 3]),
        (new LayerNorm([3]), [2, 3]),
        (new RMSNorm([3]), [2, 3]),
        (new PReLU(2), [2, 2, 3]),
    ];

    public static TheoryData<int, string> Names => [.. Rows.Select((row, i) => (i, row.Layer.GetType().Name))];

    [Theory, MemberData(nameof(Names))]
    public void Another_device_than_the_parameters_is_named(int index, string name)
    {
        var (layer, lengths) = Rows[index];
        layer.To(Gpu);
        var error = Assert.Throws<DeviceException>(() => layer.Forward(Tensor.Ones(Shape.Create(lengths))));
        Assert.StartsWith(name + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains("on cpu", error.Message, StringComparison.Ordinal);
        Assert.Contains(Gpu.ToString(), error.Message, StringComparison.Ordinal);
    }

    private static readonly (string Name, Action Call)[] Others =
    [
        ("RNN", () => new RNN(3, 4).To(Gpu).Forward(Tensor.Ones([2, 1, 3]))),
        ("LSTM", () => new LSTM(3, 4).To(Gpu).Forward(Tensor.Ones([2, 1, 3]))),
        ("GRU", () => new GRU(3, 4).To(Gpu).Forward(Tensor.Ones([2, 1, 3]))),
        ("LSTMCell", () => new LSTMCell(3, 4).To(Gpu).Forward(Tensor.Ones([1, 3]))),
        ("MultiheadAttention", () => new MultiheadAttention(4, 2).To(Gpu).Forward(Tensor.Ones([2, 1, 4]), Tensor.Ones([2, 1, 4]), Tensor.Ones([2, 1, 4]))),
        ("Embedding", () => new Embedding(5, 3).To(Gpu).Forward(Tensor.From([1L, 2L]))),
        ("MSELoss", () => new MSELoss().Forward(Tensor.Ones([2]), Tensor.Ones([2]).To(Gpu))),
        ("CrossEntropyLoss", () => new CrossEntropyLoss().Forward(Tensor.Ones([2, 3]), Tensor.From([1L, 2L]).To(Gpu))),
    ];

    public static TheoryData<int, string> OtherNames => [.. Others.Select((row, i) => (i, row.Name))];

    [Theory, MemberData(nameof(OtherNames))]
    public void Devices_that_differ_are_refused_by_sequences_attention_and_losses(int index, string name)
    {
        var error = Assert.Throws<DeviceException>(Others[index].Call);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu", error.Message, StringComparison.Ordinal);
        Assert.Contains(Gpu.ToString(), error.Message, StringComparison.Ordinal);
    }
}
