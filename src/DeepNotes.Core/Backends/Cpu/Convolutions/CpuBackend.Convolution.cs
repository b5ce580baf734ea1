namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor Convolution(Tensor x, Tensor weight, Tensor? bias, Conv2dShape shape)
    {
        var y = Tensor.Allocate([shape.N, shape.OutC, shape.OutH, shape.OutW], x.DType, Device.Cpu);
        if (y.Count == 0) return y;
        if (x.DType == DType.Float32) Pinned.Run(new ForwardKernel<float>(shape), y, x, weight, bias, PackedWeight.OfWindows(weight, shape));
        else Pinned.Run(new ForwardKernel<double>(shape), y, x, weight, bias);
        return y;
    }

    public override Tensor ConvolutionInput(Tensor g, Tensor weight, Conv2dShape shape)
    {
        var d = Tensor.Allocate([shape.N, shape.C, shape.H, shape.W], g.DType, Device.Cpu);
        if (d.Count == 0) return d;
        if (g.DType == DType.Float32) Pinned.Run(new InputKernel<float>(shape), d, g, weight);
        else Pinned.Run(new InputKernel<double>(shape), d, g, weight);
        return d;
    }

    public override Tensor ConvolutionWeight(Tensor g, Tensor x, Conv2dShape shape)
    {
        var d = Tensor.Allocate([shape.OutC, shape.GroupC, shape.KH, shape.KW], g.DType, Device.Cpu);
        if (d.Count == 0) return d;
        if (g.DType == DType.Float32) Pinned.Run(new WeightKernel<float>(shape), d, g, x);
        else Pinned.Run(new WeightKernel<double>(shape), d, g, x);
        return d;
    }

    public override (Tensor Values, Tensor Indices) MaxPool(Tensor x, Pool2dShape shape)
    {
        Shape to = [.. x.Shape.AsSpan()[..^2], shape.OutH, shape.OutW];
        var values = Tensor.Allocate(to, x.DType, Device.Cpu);
        var indices = Tensor.Allocate(to, DType.Int64, Device.Cpu);
        if (values.Count == 0) return (values, indices);
        if (x.DType == DType.Float32) Pinned.Run(new PoolKernel<float>(shape), values, indices, x);
        else Pinned.Run(new PoolKernel<double>(shape), values, indices, x);
        return (values, indices);
    }

    public override Tensor MaxPoolGradient(Tensor g, Tensor indices, Pool2dShape shape, Shape input)
    {
        var d = Tensor.Allocate(input, g.DType, Device.Cpu);
        if (d.Count == 0) return d;
        if (g.DType == DType.Float32) Pinned.Run(new PoolGradientKernel<float>(shape), d, g, indices);
        else Pinned.Run(new PoolGradientKernel<double>(shape), d, g, indices);
        return d;
    }

    private readonly struct ForwardKernel<T>(Conv2dShape shape) : IKernel where T : unmanaged, System.Numerics.INumber<T>
    {
        public void Run(Pointers p) => Cpu.Convolution.Forward(shape, (T*)p.B, (T*)p.C, (T*)p.D, (T*)p.A, (T*)p.E);
    }

    private readonly struct InputKernel<T>(Conv2dShape shape) : IKernel where T : unmanaged, System.Numerics.INumber<T>
    {
        public void Run(Pointers p) => Cpu.Convolution.InputGradient(shape, (T*)p.B, (T*)p.C, (T*)p.A);
    }

    private readonly struct WeightKernel<T>(Conv2dShape shape) : IKernel where T : unmanaged, System.Numerics.INumber<T>
    {
        public void Run(Pointers p) => Cpu.Convolution.WeightGradient(shape, (T*)p.C, (T*)p.B, (T*)p.A);
    }

    private readonly struct PoolKernel<T>(Pool2dShape shape) : IKernel where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        public void Run(Pointers p) => Pooling.Max(shape, (T*)p.C, (T*)p.A, (long*)p.B);
    }

    private readonly struct PoolGradientKernel<T>(Pool2dShape shape) : IKernel where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        public void Run(Pointers p) => Pooling.MaxGradient(shape, (T*)p.B, (long*)p.C, (T*)p.A);
    }
}
