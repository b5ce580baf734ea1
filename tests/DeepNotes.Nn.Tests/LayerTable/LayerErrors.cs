namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>A layer with an input that it takes, and inputs of which it must say what is wrong.</summary>
/// <param name="Layer">The layer's name, as its messages begin.</param>
/// <param name="Make">Makes the layer.</param>
/// <param name="Good">The shape of an input that it takes.</param>
/// <param name="Bad">Shapes that it does not take.</param>
internal sealed record WrongShapes(string Layer, Func<Layer> Make, int[] Good, params int[][] Bad)
{
    /// <summary>Whether the layer takes only the type of its parameters, or only floating point.</summary>
    public bool IsTyped { get; init; } = true;
}

/// <summary>What no constructor takes, and what must be in the message.</summary>
internal sealed record WrongArguments(string Name, Action Make, Type Exception, params string[] Words);

/// <summary>Calls of modules with several inputs that do not fit, and what must be in the message.</summary>
internal sealed record WrongCall(string Name, Action Call, Type Exception, params string[] Words);

/// <summary>Every mistake a user can make with a layer, a row each.</summary>
internal static class LayerErrors
{
    public static WrongShapes[] Shapes { get; } =
    [
        new("Linear", () => new Linear(5, 3), [2, 5], [2, 4], []),
        new("Conv1d", () => new Conv1d(3, 4, 3), [2, 3, 8], [2, 4, 8], [8], [2, 3, 8, 8]),
        new("Conv1d", () => new Conv1d(3, 4, 3, padding: 2, paddingMode: PadMode.Reflect), [2, 3, 8], [2, 4, 8], [8], [2, 3, 2]),
        new("Conv2d", () => new Conv2d(3, 4, 3), [2, 3, 8, 8], [2, 4, 8, 8], [8, 8], [1, 2, 3, 8, 8]),
        new("Conv3d", () => new Conv3d(3, 4, 3), [2, 3, 4, 4, 4], [2, 4, 4, 4, 4], [4, 4, 4]),
        new("ConvTranspose1d", () => new ConvTranspose1d(3, 4, 3), [2, 3, 8], [2, 4, 8], [8]),
        new("ConvTranspose2d", () => new ConvTranspose2d(3, 4, 3), [2, 3, 8, 8], [2, 4, 8, 8], [8, 8]),
        new("ConvTranspose3d", () => new ConvTranspose3d(3, 4, 3), [2, 3, 4, 4, 4], [2, 4, 4, 4, 4], [4, 4, 4]),
        new("MaxPool1d", () => new MaxPool1d(2), [2, 3, 8], [8], [2, 2, 2, 2]),
        new("MaxPool2d", () => new MaxPool2d(2), [2, 3, 8, 8], [8, 8], [1, 1, 1, 2, 2]),
        new("MaxPool3d", () => new MaxPool3d(2), [2, 3, 4, 4, 4], [4, 4]),
        new("AvgPool1d", () => new AvgPool1d(2), [2, 3, 8], [8]),
        new("AvgPool2d", () => new AvgPool2d(2), [2, 3, 8, 8], [8, 8]),
        new("AvgPool3d", () => new AvgPool3d(2), [2, 3, 4, 4, 4], [4, 4]),
        new("LPPool1d", () => new LPPool1d(2, 2), [2, 3, 8], [8]) { IsTyped = false },
        new("LPPool2d", () => new LPPool2d(2, 2), [2, 3, 8, 8], [8, 8]) { IsTyped = false },
        new("AdaptiveAvgPool1d", () => new AdaptiveAvgPool1d(2), [2, 3, 8], [8]),
        new("AdaptiveAvgPool2d", () => new AdaptiveAvgPool2d(2), [2, 3, 8, 8], [8, 8]),
        new("AdaptiveAvgPool3d", () => new AdaptiveAvgPool3d(2), [2, 3, 4, 4, 4], [4, 4]),
        new("AdaptiveMaxPool1d", () => new AdaptiveMaxPool1d(2), [2, 3, 8], [8]),
        new("AdaptiveMaxPool2d", () => new AdaptiveMaxPool2d(2), [2, 3, 8, 8], [8, 8]),
        new("AdaptiveMaxPool3d", () => new AdaptiveMaxPool3d(2), [2, 3, 4, 4, 4], [4, 4]),
        new("Upsample", () => new Upsample(2), [1, 2, 3], [3, 4]) { IsTyped = false },
        new("Upsample", () => new Upsample(size: [4, 4]), [1, 2, 3, 3], [1, 2, 3], [3]) { IsTyped = false },
        new("PixelShuffle", () => new PixelShuffle(2), [2, 8, 3, 3], [2, 6, 3, 3], [8, 3]) { IsTyped = false },
        new("PixelUnshuffle", () => new PixelUnshuffle(2), [2, 2, 4, 4], [2, 2, 4, 3], [4, 4]) { IsTyped = false },
        new("ChannelShuffle", () => new ChannelShuffle(2), [2, 4, 3], [2, 3, 3], [2, 4]) { IsTyped = false },
        new("Unfold", () => new Unfold(2), [2, 3, 4, 4], [4, 4]) { IsTyped = false },
        new("Fold", () => new Fold(4, 2), [2, 12, 9], [2, 11, 9], [2, 12, 8]),
        new("Flatten", () => new Flatten(1, 2), [2, 3, 4], [2, 3]) { IsTyped = false },
        new("Unflatten", () => new Unflatten(1, 2, 3), [2, 6], [2, 5], [6]) { IsTyped = false },
        new("ZeroPad1d", () => new ZeroPad1d(1), [2, 3, 4], [4]) { IsTyped = false },
        new("ZeroPad2d", () => new ZeroPad2d(-2), [2, 3, 4, 4], [4, 4], [2, 3, 1, 4]) { IsTyped = false },
        new("ZeroPad3d", () => new ZeroPad3d(1), [1, 2, 3, 4, 4], [4, 4]) { IsTyped = false },
        new("ConstantPad2d", () => new ConstantPad2d([1], 2), [2, 3, 4, 4], [4, 4]) { IsTyped = false },
        new("ReflectionPad1d", () => new ReflectionPad1d(2), [2, 3, 4], [4], [2, 3, 2]) { IsTyped = false },
        new("ReflectionPad2d", () => new ReflectionPad2d(2), [2, 3, 4, 4], [4, 4], [2, 3, 4, 2]) { IsTyped = false },
        new("ReplicationPad3d", () => new ReplicationPad3d(2), [2, 3, 4, 4, 4], [4, 4]) { IsTyped = false },
        new("CircularPad2d", () => new CircularPad2d(3), [2, 3, 4, 4], [4, 4], [2, 3, 4, 2]) { IsTyped = false },
        new("BatchNorm1d", () => new BatchNorm1d(3), [2, 3], [2, 4], [3], [2, 3, 4, 4], [1, 3]),
        new("BatchNorm2d", () => new BatchNorm2d(3), [2, 3, 4, 4], [2, 4, 4, 4], [2, 3, 4], [1, 3, 1, 1]),
        new("BatchNorm3d", () => new BatchNorm3d(3), [2, 3, 2, 2, 2], [2, 4, 2, 2, 2], [2, 3, 4, 4]),
        new("InstanceNorm1d", () => new InstanceNorm1d(3), [2, 3, 4], [2, 4, 4], [3], [2, 3, 1]),
        new("InstanceNorm2d", () => new InstanceNorm2d(3, affine: true), [2, 3, 4, 4], [2, 4, 4, 4], [3, 4], [2, 3, 1, 1]),
        new("InstanceNorm3d", () => new InstanceNorm3d(3), [2, 3, 2, 2, 2], [2, 4, 2, 2, 2], [3, 4]),
        new("GroupNorm", () => new GroupNorm(2, 4), [2, 4, 3], [2, 6, 3], [4]),
        new("LayerNorm", () => new LayerNorm([3, 4]), [2, 3, 4], [2, 4, 3], [4]),
        new("LocalResponseNorm", () => new LocalResponseNorm(2), [2, 4, 3], [2, 4]),
        new("Dropout1d", () => new Dropout1d(), [2, 4, 3], [4], [2, 4, 3, 3]),
        new("Dropout2d", () => new Dropout2d(), [2, 4, 3, 3], [2, 4]),
        new("Dropout3d", () => new Dropout3d(), [2, 4, 3, 3, 3], [2, 4, 3]),
        new("FeatureAlphaDropout", () => new FeatureAlphaDropout(), [2, 4, 3], [4]) { IsTyped = false },
        new("Softmax", () => new Softmax(2), [2, 3, 4], [2, 3]) { IsTyped = false },
        new("LogSoftmax", () => new LogSoftmax(2), [2, 3, 4], [2, 3]) { IsTyped = false },
        new("GLU", () => new GLU(), [2, 4], [2, 3], []) { IsTyped = false },
        new("PReLU", () => new PReLU(3), [2, 3, 4], [2, 4, 3]),
        new("Linear", () => new WeightNorm(new Linear(5, 3)), [2, 5], [2, 4]),
        new("Linear", () => new SpectralNorm(new Linear(5, 3)), [2, 5], [2, 4]),
    ];

    public static WrongArguments[] Arguments { get; } =
    [
        new("Linear features", () => new Linear(0, 3), typeof(ArgumentOutOfRangeException), "Linear", "inFeatures", "at least 1", "0"),
        new("Linear outputs", () => new Linear(3, -2), typeof(ArgumentOutOfRangeException), "Linear", "outFeatures", "at least 1", "-2"),
        new("Bilinear features", () => new Bilinear(3, 0, 2), typeof(ArgumentOutOfRangeException), "Bilinear", "in2Features", "at least 1"),
        new("Conv2d channels", () => new Conv2d(0, 3, 3), typeof(ArgumentOutOfRangeException), "Conv2d", "inChannels", "at least 1"),
        new("Conv2d in groups", () => new Conv2d(3, 4, 3, groups: 2), typeof(ArgumentException), "Conv2d", "2 groups do not divide the 3 inChannels"),
        new("Conv2d out groups", () => new Conv2d(4, 3, 3, groups: 2), typeof(ArgumentException), "Conv2d", "2 groups do not divide the 3 outChannels"),
        new("Conv2d no groups", () => new Conv2d(4, 3, 3, groups: 0), typeof(ArgumentOutOfRangeException), "Conv2d", "groups", "at least 1"),
        new("Conv2d kernel", () => new Conv2d(4, 3, (3, 0)), typeof(ArgumentOutOfRangeException), "Conv2d", "kernel", "at least 1", "(3, 0)"),
        new("Conv2d stride", () => new Conv2d(4, 3, 3, stride: 0), typeof(ArgumentOutOfRangeException), "Conv2d", "stride", "at least 1"),
        new("Conv2d dilation", () => new Conv2d(4, 3, 3, dilation: -1), typeof(ArgumentOutOfRangeException), "Conv2d", "dilation", "at least 1", "-1"),
        new("Conv2d padding", () => new Conv2d(4, 3, 3, padding: -1), typeof(ArgumentOutOfRangeException), "Conv2d", "padding", "negative", "-1"),
        new("Conv2d padding of volumes", () => new Conv2d(4, 3, 3, padding: (1, 1, 1)), typeof(ArgumentException), "Conv2d", "3 numbers", "2 dimensions"),
        new("Conv3d groups", () => new Conv3d(4, 3, 3, groups: 3), typeof(ArgumentException), "Conv3d", "3 groups do not divide the 4 inChannels"),
        new("ConvTranspose1d groups", () => new ConvTranspose1d(4, 3, 3, groups: 2), typeof(ArgumentException), "ConvTranspose1d", "2 groups do not divide the 3 outChannels"),
        new("ConvTranspose2d output padding", () => new ConvTranspose2d(4, 3, 3, outputPadding: -1), typeof(ArgumentOutOfRangeException), "ConvTranspose2d", "outputPadding", "negative"),
        new("ConvTranspose3d stride", () => new ConvTranspose3d(4, 3, 3, stride: (1, 0, 1)), typeof(ArgumentOutOfRangeException), "ConvTranspose3d", "stride", "(1, 0, 1)"),
        new("MaxPool1d kernel", () => new MaxPool1d(0), typeof(ArgumentOutOfRangeException), "MaxPool1d", "kernel", "at least 1"),
        new("MaxPool2d padding", () => new MaxPool2d(2, padding: 2), typeof(ArgumentOutOfRangeException), "MaxPool2d", "padding", "half the window", "(2, 2)"),
        new("MaxPool3d dilation", () => new MaxPool3d(2, dilation: 0), typeof(ArgumentOutOfRangeException), "MaxPool3d", "dilation", "at least 1"),
        new("AvgPool2d divisor", () => new AvgPool2d(2, divisorOverride: 0), typeof(ArgumentOutOfRangeException), "AvgPool2d", "divisorOverride"),
        new("AvgPool1d stride", () => new AvgPool1d(2, stride: -1), typeof(ArgumentOutOfRangeException), "AvgPool1d", "stride", "-1"),
        new("LPPool2d norm", () => new LPPool2d(0, 2), typeof(ArgumentOutOfRangeException), "LPPool2d", "normType", "not be 0"),
        new("AdaptiveAvgPool2d size", () => new AdaptiveAvgPool2d((2, 0)), typeof(ArgumentOutOfRangeException), "AdaptiveAvgPool2d", "outputSize", "(2, 0)"),
        new("AdaptiveMaxPool1d size", () => new AdaptiveMaxPool1d(0), typeof(ArgumentOutOfRangeException), "AdaptiveMaxPool1d", "outputSize", "at least 1"),
        new("Upsample nothing", () => new Upsample(), typeof(ArgumentException), "Upsample", "size or factors", "neither"),
        new("Upsample both", () => new Upsample(size: [2], scaleFactor: [2]), typeof(ArgumentException), "Upsample", "size or factors", "both"),
        new("Upsample factor", () => new Upsample(-1), typeof(ArgumentOutOfRangeException), "Upsample", "above 0", "-1"),
        new("Upsample corners", () => new Upsample(2, alignCorners: true), typeof(ArgumentException), "Upsample", "corners", "Nearest"),
        new("PixelShuffle factor", () => new PixelShuffle(0), typeof(ArgumentOutOfRangeException), "PixelShuffle", "upscaleFactor", "at least 1"),
        new("ChannelShuffle groups", () => new ChannelShuffle(0), typeof(ArgumentOutOfRangeException), "ChannelShuffle", "groups", "at least 1"),
        new("Unfold stride", () => new Unfold(2, stride: 0), typeof(ArgumentOutOfRangeException), "Unfold", "stride", "at least 1"),
        new("Fold size", () => new Fold((0, 3), 2), typeof(ArgumentOutOfRangeException), "Fold", "outputSize", "(0, 3)"),
        new("ZeroPad2d widths", () => new ZeroPad2d(1, 2, 3), typeof(ArgumentException), "ZeroPad2d", "one number, or 4", "3"),
        new("ReflectionPad1d cut", () => new ReflectionPad1d(1, -1), typeof(ArgumentOutOfRangeException), "ReflectionPad1d", "negative", "-1"),
        new("Dropout probability", () => new Dropout(1.5), typeof(ArgumentOutOfRangeException), "Dropout", "between 0 and 1", "1.5"),
        new("Dropout NaN", () => new Dropout(double.NaN), typeof(ArgumentOutOfRangeException), "Dropout", "between 0 and 1", "NaN"),
        new("Dropout2d probability", () => new Dropout2d(-0.5), typeof(ArgumentOutOfRangeException), "Dropout2d", "between 0 and 1", "-0.5"),
        new("AlphaDropout probability", () => new AlphaDropout(2), typeof(ArgumentOutOfRangeException), "AlphaDropout", "between 0 and 1", "2"),
        new("BatchNorm2d channels", () => new BatchNorm2d(0), typeof(ArgumentOutOfRangeException), "BatchNorm2d", "numFeatures", "at least 1"),
        new("BatchNorm1d momentum", () => new BatchNorm1d(3, momentum: 2), typeof(ArgumentOutOfRangeException), "BatchNorm1d", "momentum", "2"),
        new("BatchNorm1d epsilon", () => new BatchNorm1d(3, epsilon: -1), typeof(ArgumentOutOfRangeException), "BatchNorm1d", "epsilon", "negative"),
        new("InstanceNorm3d channels", () => new InstanceNorm3d(-1), typeof(ArgumentOutOfRangeException), "InstanceNorm3d", "numFeatures", "-1"),
        new("GroupNorm groups", () => new GroupNorm(3, 4), typeof(ArgumentException), "GroupNorm", "3 groups do not divide the 4 numChannels"),
        new("LocalResponseNorm size", () => new LocalResponseNorm(0), typeof(ArgumentOutOfRangeException), "LocalResponseNorm", "size", "at least 1"),
        new("WeightNorm dimension", () => new WeightNorm(new Linear(2, 3), 2), typeof(ShapeException), "WeightNorm", "[3, 2]", "dimension 2"),
        new("SpectralNorm iterations", () => new SpectralNorm(new Linear(2, 3), 0), typeof(ArgumentOutOfRangeException), "SpectralNorm", "powerIterations", "at least 1"),
        new("SpectralNorm dimension", () => new SpectralNorm(new Linear(2, 3), dim: -3), typeof(ShapeException), "SpectralNorm", "[3, 2]", "dimension -3"),
        new("PReLU slopes", () => new PReLU(0), typeof(ArgumentOutOfRangeException), "PReLU", "numParameters", "at least 1"),
        new("CELU alpha", () => new CELU(0), typeof(ArgumentOutOfRangeException), "CELU", "alpha", "not be 0"),
        new("Hardtanh bounds", () => new Hardtanh(1, 1), typeof(ArgumentOutOfRangeException), "Hardtanh", "below"),
        new("Softshrink lambda", () => new Softshrink(-1), typeof(ArgumentOutOfRangeException), "Softshrink", "lambda", "-1"),
        new("SmoothL1Loss beta", () => new SmoothL1Loss(-1), typeof(ArgumentOutOfRangeException), "SmoothL1Loss", "beta", "-1"),
        new("HuberLoss delta", () => new HuberLoss(0), typeof(ArgumentOutOfRangeException), "HuberLoss", "delta", "above 0"),
        new("CrossEntropyLoss smoothing", () => new CrossEntropyLoss(labelSmoothing: 2), typeof(ArgumentOutOfRangeException), "CrossEntropyLoss", "labelSmoothing", "2"),
        new("MultiMarginLoss power", () => new MultiMarginLoss(3), typeof(ArgumentOutOfRangeException), "MultiMarginLoss", "1 or 2", "3"),
        new("TripletMarginLoss margin", () => new TripletMarginLoss(0), typeof(ArgumentOutOfRangeException), "TripletMarginLoss", "margin", "above 0"),
    ];

    public static WrongCall[] Calls { get; } =
    [
        new("Bilinear features", () => new Bilinear(3, 4, 2).Forward(Of(2, 3), Of(2, 5)), typeof(ShapeException), "Bilinear", "[…, 4]", "[2, 5]"),
        new("Bilinear batches", () => new Bilinear(3, 4, 2).Forward(Of(2, 3), Of(3, 4)), typeof(ShapeException), "Bilinear", "[2, 3]", "[3, 4]"),
        new("Bilinear types", () => new Bilinear(3, 4, 2).Forward(Of(2, 3), Of(2, 4).To(DType.Float64)), typeof(DTypeException), "Bilinear", "Float32", "Float64"),
        new("CosineSimilarity shapes", () => new CosineSimilarity().Forward(Of(2, 3), Of(2, 4)), typeof(ShapeException), "CosineSimilarity", "[2, 3]", "[2, 4]"),
        new("PairwiseDistance types", () => new PairwiseDistance().Forward(Of(2, 3), Labels(2, 3)), typeof(DTypeException), "PairwiseDistance", "Float32", "Int64"),
        new("MaxPool2d window", () => new MaxPool2d(3).Forward(Of(1, 1, 2, 4)), typeof(ShapeException), "MaxPool2d", "(3, 3)", "2×4"),
        new("AvgPool1d window", () => new AvgPool1d(3).Forward(Of(1, 1, 2)), typeof(ShapeException), "AvgPool1d", "3", "2"),
        new("Conv2d window", () => new Conv2d(1, 1, 3).Forward(Of(1, 1, 2, 4)), typeof(ShapeException), "Conv2d", "3×3", "2×4"),
        new("Unfold window", () => new Unfold(3).Forward(Of(1, 1, 2, 4)), typeof(ShapeException), "3×3", "2×4"),
        new("MSELoss shapes", () => new MSELoss().Forward(Of(2, 3), Of(2, 4)), typeof(ShapeException), "MseLoss", "[2, 3]", "[2, 4]"),
        new("MSELoss types", () => new MSELoss().Forward(Of(2, 3), Labels(2, 3)), typeof(DTypeException), "MseLoss", "Float32", "Int64"),
        new("L1Loss shapes", () => new L1Loss().Forward(Of(2, 3), Of(2, 4)), typeof(ShapeException), "L1Loss", "[2, 3]", "[2, 4]"),
        new("HuberLoss types", () => new HuberLoss().Forward(Of(2, 3), Labels(2, 3)), typeof(DTypeException), "HuberLoss", "Float32", "Int64"),
        new("SmoothL1Loss shapes", () => new SmoothL1Loss().Forward(Of(2, 3), Of(2, 4)), typeof(ShapeException), "SmoothL1Loss", "[2, 3]", "[2, 4]"),
        new("CrossEntropyLoss labels", () => new CrossEntropyLoss().Forward(Of(2, 3), Labels(3)), typeof(ShapeException), "CrossEntropy", "[2, 3]", "[3]"),
        new("CrossEntropyLoss class", () => new CrossEntropyLoss().Forward(Of(2, 3), Tensor.Full([2], 3, DType.Int64)), typeof(ArgumentOutOfRangeException), "CrossEntropy", "3"),
        new("CrossEntropyLoss weight", () => new CrossEntropyLoss(Of(4)).Forward(Of(2, 3), Labels(2)), typeof(ShapeException), "CrossEntropy", "[4]"),
        new("NLLLoss types", () => new NLLLoss().Forward(Of(2, 3), Of(2)), typeof(DTypeException), "NllLoss", "Float32"),
        new("BCELoss shapes", () => new BCELoss().Forward(Of(2, 3), Of(2)), typeof(ShapeException), "BinaryCrossEntropy", "[2, 3]", "[2]"),
        new("BCEWithLogitsLoss shapes", () => new BCEWithLogitsLoss().Forward(Of(2, 3), Of(2)), typeof(ShapeException), "BinaryCrossEntropyWithLogits", "[2, 3]", "[2]"),
        new("KLDivLoss shapes", () => new KLDivLoss().Forward(Of(2, 3), Of(2, 2)), typeof(ShapeException), "KlDiv", "[2, 3]", "[2, 2]"),
        new("MultiMarginLoss labels", () => new MultiMarginLoss().Forward(Of(2, 3), Labels(3)), typeof(ShapeException), "MultiMarginLoss", "[2, 3]", "[3]"),
        new("SoftMarginLoss shapes", () => new SoftMarginLoss().Forward(Of(2, 3), Of(2, 4)), typeof(ShapeException), "SoftMarginLoss", "[2, 3]", "[2, 4]"),
        new("HingeEmbeddingLoss types", () => new HingeEmbeddingLoss().Forward(Of(2, 3), Labels(2, 3)), typeof(DTypeException), "HingeEmbeddingLoss", "Float32", "Int64"),
        new("GaussianNLLLoss variance", () => new GaussianNLLLoss().Forward(Of(2, 3), Of(2, 3), Of(3, 3)), typeof(ShapeException), "GaussianNLLLoss", "[2, 3]", "[3, 3]"),
        new("PoissonNLLLoss shapes", () => new PoissonNLLLoss().Forward(Of(2, 3), Of(2, 4)), typeof(ShapeException), "PoissonNLLLoss", "[2, 3]", "[2, 4]"),
        new("CosineEmbeddingLoss shapes", () => new CosineEmbeddingLoss().Forward(Of(2, 3), Of(2, 4), Of(2)), typeof(ShapeException), "CosineEmbeddingLoss", "[2, 3]", "[2, 4]"),
        new("MarginRankingLoss shapes", () => new MarginRankingLoss().Forward(Of(3), Of(4), Of(3)), typeof(ShapeException), "MarginRankingLoss", "[3]", "[4]"),
        new("TripletMarginLoss shapes", () => new TripletMarginLoss().Forward(Of(2, 3), Of(2, 4), Of(2, 3)), typeof(ShapeException), "TripletMarginLoss", "[2, 3]", "[2, 4]"),
    ];

    public static Tensor Of(params int[] lengths) => Tensor.Ones(Shape.Create(lengths));

    private static Tensor Labels(params int[] lengths) => Tensor.Zeros(Shape.Create(lengths), DType.Int64);
}
