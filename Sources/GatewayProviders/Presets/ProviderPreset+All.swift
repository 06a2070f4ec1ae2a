import GatewayCore

// The one list of presets. A service is a row: add one and it can be configured, is found by its variable in the
// environment and stands in docs/PROVIDERS.md. Addresses and variables: the vendors' own pages and SDKs, and LiteLLM's names
// for both. Differences are stated only where a vendor's page, SDK types or error messages show them.

extension ProviderPreset {
    package static let all: [ProviderPreset] = hosted + gateways + clouds + local

    /// Services that run models themselves.
    private static let hosted: [ProviderPreset] = [
        ProviderPreset(
            key: "groq", name: "Groq", baseURL: "https://api.groq.com/openai/v1", keyVariables: ["GROQ_API_KEY"],
            documentation: "https://console.groq.com/docs/openai",
            dialect: OpenAIDialect(
                [.noMessageNames, .oneCandidate, .reasoningField, .functionToolsOnly],
                refusals: [.init(["logprobs", "top_logprobs", "logit_bias"])]),
            sources: ["https://console.groq.com/docs/openai", "https://pypi.org/project/groq/"]),
        ProviderPreset(
            key: "together", name: "Together AI", otherNames: ["together_ai"],
            baseURL: "https://api.together.xyz/v1",
            keyVariables: ["TOGETHER_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY"],
            documentation: "https://docs.together.ai/docs/openai-api-compatibility",
            dialect: OpenAIDialect([.maxTokens, .systemRole, .noStrict, .functionToolsOnly]),
            completions: .all,
            sources: ["https://docs.together.ai/reference/chat-completions", "https://pypi.org/project/together/"]),
        ProviderPreset(
            key: "mistral", name: "Mistral AI", baseURL: "https://api.mistral.ai/v1",
            keyVariables: ["MISTRAL_API_KEY"],
            modelPrefixes: ["mistral-", "ministral-", "magistral-", "pixtral-", "devstral-", "open-mistral-"],
            documentation: "https://docs.mistral.ai/api/",
            dialect: OpenAIDialect(
                [
                    .maxTokens, .randomSeed, .noStreamOptions, .systemRole, .noMessageNames, .noReasoning,
                    .nineCharacterCallIDs, .functionToolsOnly, .contentPieces,
                ],
                refusals: [
                    .init([
                        "user", "store", "logit_bias", "verbosity", "modalities", "audio", "web_search_options",
                        "safety_identifier", "prompt_cache_options", "prompt_cache_retention", "functions",
                        "function_call",
                    ])
                ]),
            sources: [
                "https://pypi.org/project/mistralai/", "https://docs.mistral.ai/api/",
                "https://github.com/langchain-ai/langchain/pull/24668",
                "https://github.com/charmbracelet/crush/issues/1590",
            ]),
        ProviderPreset(
            key: "codestral", name: "Mistral Codestral", baseURL: "https://codestral.mistral.ai/v1",
            keyVariables: ["CODESTRAL_API_KEY"], modelPrefixes: ["codestral-"],
            documentation: "https://docs.mistral.ai/capabilities/code_generation/",
            dialect: OpenAIDialect([
                .maxTokens, .randomSeed, .noStreamOptions, .systemRole, .noMessageNames, .noReasoning,
                .nineCharacterCallIDs, .functionToolsOnly,
            ]),
            sources: ["https://pypi.org/project/mistralai/"]),
        ProviderPreset(
            key: "deepseek", name: "DeepSeek", baseURL: "https://api.deepseek.com/v1",
            keyVariables: ["DEEPSEEK_API_KEY"], modelPrefixes: ["deepseek-"],
            documentation: "https://api-docs.deepseek.com/",
            dialect: OpenAIDialect([.maxTokens, .systemRole, .textContent, .noJSONSchema, .functionToolsOnly]),
            sources: [
                "https://api-docs.deepseek.com/api/create-chat-completion",
                "https://github.com/eclipse-theia/theia/issues/15144",
            ]),
        ProviderPreset(
            key: "xai", name: "xAI", baseURL: "https://api.x.ai/v1", keyVariables: ["XAI_API_KEY"],
            modelPrefixes: ["grok-"], documentation: "https://docs.x.ai/docs/api-reference",
            dialect: OpenAIDialect(
                [.systemRole, .noMessageNames, .functionToolsOnly],
                refusals: [
                    .init(["web_search_options"]),
                    .init(
                        ["stop", "presence_penalty", "frequency_penalty"],
                        models: ["grok-4", "grok-3-mini", "grok-code", "grok-build"]),
                ]),
            sources: [
                "https://docs.x.ai/docs/guides/reasoning", "https://github.com/BerriAI/litellm/issues/9720",
            ]),
        ProviderPreset(
            key: "fireworks", name: "Fireworks AI", otherNames: ["fireworks_ai"],
            baseURL: "https://api.fireworks.ai/inference/v1",
            keyVariables: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"], modelPrefixes: ["accounts/fireworks/"],
            documentation: "https://docs.fireworks.ai/api-reference/post-chatcompletions",
            dialect: OpenAIDialect([.functionToolsOnly], modelFolder: "accounts/fireworks/models/"),
            completions: .all,
            sources: ["https://docs.fireworks.ai/api-reference/post-chatcompletions"]),
        ProviderPreset(
            key: "perplexity", name: "Perplexity", baseURL: "https://api.perplexity.ai",
            keyVariables: ["PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY"], modelPrefixes: ["sonar"],
            documentation: "https://docs.perplexity.ai/api-reference/chat-completions-post",
            dialect: OpenAIDialect(
                [.maxTokens, .systemRole, .noStreamOptions, .toolChoiceWords, .functionToolsOnly],
                refusals: [.init(["logit_bias", "seed", "user", "store"])], streamEnd: .finishReason),
            sources: [
                "https://pypi.org/project/perplexityai/", "https://github.com/perplexityai/api-discussion/issues/209",
            ]),
        ProviderPreset(
            key: "cerebras", name: "Cerebras", baseURL: "https://api.cerebras.ai/v1",
            keyVariables: ["CEREBRAS_API_KEY"],
            documentation: "https://inference-docs.cerebras.ai/resources/openai",
            dialect: OpenAIDialect([.systemRole, .reasoningField, .functionToolsOnly]),
            completions: .all,
            sources: [
                "https://inference-docs.cerebras.ai/resources/openai", "https://pypi.org/project/cerebras-cloud-sdk/",
            ]),
        ProviderPreset(
            key: "cohere", name: "Cohere", otherNames: ["cohere_chat"],
            baseURL: "https://api.cohere.ai/compatibility/v1", keyVariables: ["COHERE_API_KEY", "CO_API_KEY"],
            modelPrefixes: ["command-", "c4ai-aya-", "rerank-v", "rerank-english-", "rerank-multilingual-"],
            documentation: "https://docs.cohere.com/docs/compatibility-api",
            dialect: OpenAIDialect(
                [.maxTokens, .oneCandidate, .functionToolsOnly],
                refusals: [
                    .init([
                        "store", "metadata", "logit_bias", "top_logprobs", "modalities", "prediction", "audio",
                        "service_tier", "parallel_tool_calls",
                    ])
                ], streamEnd: .finishReason),
            rerankPath: "/v2/rerank",
            sources: [
                "https://docs.cohere.com/docs/compatibility-api", "https://docs.cohere.com/reference/rerank",
            ]),
        ProviderPreset(
            key: "moonshot", name: "Moonshot AI", baseURL: "https://api.moonshot.ai/v1",
            keyVariables: ["MOONSHOT_API_KEY"], modelPrefixes: ["kimi-", "moonshot-"],
            documentation: "https://platform.moonshot.ai/docs/api/chat",
            dialect: OpenAIDialect(
                [.maxTokens, .systemRole, .textContent, .noStrict, .noForcedTools, .functionToolsOnly],
                streamEnd: .finishReason),
            sources: ["https://platform.moonshot.ai/docs/guide/migrating-from-openai-to-kimi"]),
        ProviderPreset(
            key: "zai", name: "Z.ai", baseURL: "https://api.z.ai/api/paas/v4", keyVariables: ["ZAI_API_KEY"],
            modelPrefixes: ["glm-"], documentation: "https://docs.z.ai/api-reference/llm/chat-completion",
            dialect: OpenAIDialect(
                [.maxTokens, .systemRole, .noJSONSchema, .functionToolsOnly], streamEnd: .finishReason),
            sources: ["https://docs.z.ai/api-reference/llm/chat-completion"]),
        ProviderPreset(
            key: "minimax", name: "MiniMax", baseURL: "https://api.minimax.io/v1",
            keyVariables: ["MINIMAX_API_KEY"], modelPrefixes: ["MiniMax-"],
            documentation: "https://platform.minimax.io/docs/api-reference/text-openai-api"),
        ProviderPreset(
            key: "dashscope", name: "Alibaba Model Studio (Qwen)",
            baseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", keyVariables: ["DASHSCOPE_API_KEY"],
            modelPrefixes: ["qwen"], documentation: "https://www.alibabacloud.com/help/en/model-studio/",
            dialect: OpenAIDialect([.maxTokens, .systemRole], streamEnd: .finishReason),
            sources: ["https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api"]),
        ProviderPreset(
            key: "ai21", name: "AI21", otherNames: ["ai21_chat"], baseURL: "https://api.ai21.com/studio/v1",
            keyVariables: ["AI21_API_KEY"], modelPrefixes: ["jamba-"],
            documentation: "https://docs.ai21.com/reference/jamba-1-6-api-ref",
            dialect: OpenAIDialect([.maxTokens, .systemRole], streamEnd: .finishReason),
            sources: ["https://docs.ai21.com/reference/jamba-1-6-api-ref"]),
        ProviderPreset(
            key: "meta_llama", name: "Meta Llama API", baseURL: "https://api.llama.com/compat/v1",
            keyVariables: ["LLAMA_API_KEY"],
            documentation: "https://llama.developer.meta.com/docs/features/compatibility"
        ),
        ProviderPreset(
            key: "inception", name: "Inception", baseURL: "https://api.inceptionlabs.ai/v1",
            keyVariables: ["INCEPTION_API_KEY"], modelPrefixes: ["mercury"],
            documentation: "https://docs.inceptionlabs.ai/"),
        ProviderPreset(
            key: "reka", name: "Reka", baseURL: "https://api.reka.ai/v1", keyVariables: ["REKA_API_KEY"],
            modelPrefixes: ["reka-"], documentation: "https://docs.reka.ai/"),
    ]

    /// Services that host open models, or pass requests on to others.
    private static let gateways: [ProviderPreset] = [
        ProviderPreset(
            key: "openrouter", name: "OpenRouter", baseURL: "https://openrouter.ai/api/v1",
            keyVariables: ["OPENROUTER_API_KEY"], documentation: "https://openrouter.ai/docs/api-reference/overview",
            dialect: OpenAIDialect([.systemRole, .reasoningField]),
            completions: .all,
            sources: ["https://openrouter.ai/docs/use-cases/reasoning-tokens"]),
        ProviderPreset(
            key: "nvidia", name: "NVIDIA NIM", otherNames: ["nvidia_nim"],
            baseURL: "https://integrate.api.nvidia.com/v1", keyVariables: ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"],
            documentation: "https://docs.api.nvidia.com/nim/reference/llm-apis",
            dialect: OpenAIDialect([.maxTokens, .systemRole, .noStrict, .functionToolsOnly], streamEnd: .finishReason),
            sources: ["https://docs.api.nvidia.com/nim/reference/llm-apis"]),
        ProviderPreset(
            key: "sambanova", name: "SambaNova", baseURL: "https://api.sambanova.ai/v1",
            keyVariables: ["SAMBANOVA_API_KEY"], documentation: "https://docs.sambanova.ai/"),
        ProviderPreset(
            key: "deepinfra", name: "DeepInfra", baseURL: "https://api.deepinfra.com/v1/openai",
            keyVariables: ["DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"],
            documentation: "https://deepinfra.com/docs/openai_api",
            dialect: OpenAIDialect([.maxTokens, .textContent, .noForcedTools], streamEnd: .finishReason),
            completions: .all,
            sources: ["https://deepinfra.com/docs/advanced/function_calling"]),
        ProviderPreset(
            key: "huggingface", name: "Hugging Face", baseURL: "https://router.huggingface.co/v1",
            keyVariables: ["HF_TOKEN", "HUGGINGFACE_API_KEY"],
            documentation: "https://huggingface.co/docs/inference-providers/index"),
        ProviderPreset(
            key: "nebius", name: "Nebius", baseURL: "https://api.studio.nebius.ai/v1",
            keyVariables: ["NEBIUS_API_KEY"], documentation: "https://docs.nebius.com/studio/inference/api"),
        ProviderPreset(
            key: "novita", name: "Novita AI", baseURL: "https://api.novita.ai/v3/openai",
            keyVariables: ["NOVITA_API_KEY"], documentation: "https://novita.ai/docs/guides/llm-api"),
        ProviderPreset(
            key: "hyperbolic", name: "Hyperbolic", baseURL: "https://api.hyperbolic.xyz/v1",
            keyVariables: ["HYPERBOLIC_API_KEY"], documentation: "https://docs.hyperbolic.xyz/"),
        ProviderPreset(
            key: "featherless", name: "Featherless AI", otherNames: ["featherless_ai"],
            baseURL: "https://api.featherless.ai/v1", keyVariables: ["FEATHERLESS_API_KEY", "FEATHERLESS_AI_API_KEY"],
            documentation: "https://featherless.ai/docs"),
        ProviderPreset(
            key: "friendli", name: "FriendliAI", otherNames: ["friendliai"],
            baseURL: "https://api.friendli.ai/serverless/v1", keyVariables: ["FRIENDLI_TOKEN", "FRIENDLIAI_API_KEY"],
            documentation: "https://friendli.ai/docs/openapi/serverless/chat-completions"),
        ProviderPreset(
            key: "lambda", name: "Lambda", otherNames: ["lambda_ai"], baseURL: "https://api.lambda.ai/v1",
            keyVariables: ["LAMBDA_API_KEY"], documentation: "https://docs.lambda.ai/public-cloud/lambda-inference-api/"
        ),
        ProviderPreset(
            key: "nscale", name: "Nscale", baseURL: "https://inference.api.nscale.com/v1",
            keyVariables: ["NSCALE_API_KEY"], documentation: "https://docs.nscale.com/"),
        ProviderPreset(
            key: "chutes", name: "Chutes", baseURL: "https://llm.chutes.ai/v1", keyVariables: ["CHUTES_API_KEY"],
            documentation: "https://chutes.ai/docs",
            dialect: OpenAIDialect([.maxTokens, .systemRole], streamEnd: .finishReason),
            sources: ["https://docs.litellm.ai/docs/providers/chutes"]),
        ProviderPreset(
            key: "baseten", name: "Baseten", baseURL: "https://inference.baseten.co/v1",
            keyVariables: ["BASETEN_API_KEY"], documentation: "https://docs.baseten.co/development/model-apis/overview"),
        ProviderPreset(
            key: "wandb", name: "W&B Inference", baseURL: "https://api.inference.wandb.ai/v1",
            keyVariables: ["WANDB_API_KEY"], documentation: "https://docs.wandb.ai/guides/inference/"),
        ProviderPreset(
            key: "morph", name: "Morph", baseURL: "https://api.morphllm.com/v1", keyVariables: ["MORPH_API_KEY"],
            documentation: "https://docs.morphllm.com/"),
        ProviderPreset(
            key: "v0", name: "v0", baseURL: "https://api.v0.dev/v1", keyVariables: ["V0_API_KEY"],
            documentation: "https://v0.dev/docs/api/model"),
        ProviderPreset(
            key: "vercel", name: "Vercel AI Gateway", otherNames: ["vercel_ai_gateway"],
            baseURL: "https://ai-gateway.vercel.sh/v1",
            keyVariables: ["AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY"],
            documentation: "https://vercel.com/docs/ai-gateway/openai-compat"),
        ProviderPreset(
            key: "aiml", name: "AI/ML API", baseURL: "https://api.aimlapi.com/v1", keyVariables: ["AIML_API_KEY"],
            documentation: "https://docs.aimlapi.com/"),
        ProviderPreset(
            key: "cometapi", name: "CometAPI", baseURL: "https://api.cometapi.com/v1",
            keyVariables: ["COMETAPI_KEY", "COMETAPI_API_KEY"], documentation: "https://apidoc.cometapi.com/"),
        ProviderPreset(
            key: "venice", name: "Venice", otherNames: ["veniceai"], baseURL: "https://api.venice.ai/api/v1",
            keyVariables: ["VENICE_API_KEY", "VENICE_AI_API_KEY"], documentation: "https://docs.venice.ai/"),
        ProviderPreset(
            key: "poe", name: "Poe", baseURL: "https://api.poe.com/v1", keyVariables: ["POE_API_KEY"],
            documentation: "https://creator.poe.com/docs/external-applications/openai-compatible-api"),
        ProviderPreset(
            key: "synthetic", name: "Synthetic", baseURL: "https://api.synthetic.new/openai/v1",
            keyVariables: ["SYNTHETIC_API_KEY"], documentation: "https://dev.synthetic.new/docs"),
    ]

    /// Model services of cloud platforms.
    private static let clouds: [ProviderPreset] = [
        ProviderPreset(
            key: "github", name: "GitHub Models", baseURL: "https://models.github.ai/inference",
            keyVariables: ["GITHUB_MODELS_TOKEN", "GITHUB_API_KEY"],
            documentation: "https://docs.github.com/en/rest/models/inference"),
        ProviderPreset(
            key: "databricks", name: "Databricks", baseURL: "https://{workspace_host}/serving-endpoints",
            keyVariables: ["DATABRICKS_TOKEN", "DATABRICKS_API_KEY"],
            settingVariables: [
                SettingVariable("workspace_host", ["DATABRICKS_WORKSPACE_HOST"], isRequired: true)
            ],
            documentation: "https://docs.databricks.com/en/machine-learning/foundation-model-apis/api-reference.html",
            dialect: OpenAIDialect([.maxTokens, .systemRole], streamEnd: .finishReason),
            sources: [
                "https://docs.databricks.com/en/machine-learning/foundation-model-apis/api-reference.html"
            ]),
        ProviderPreset(
            key: "cloudflare", name: "Cloudflare Workers AI",
            baseURL: "https://api.cloudflare.com/client/v4/accounts/{account_id}/ai/v1",
            keyVariables: ["CLOUDFLARE_API_KEY", "CLOUDFLARE_API_TOKEN"],
            settingVariables: [SettingVariable("account_id", ["CLOUDFLARE_ACCOUNT_ID"], isRequired: true)],
            modelPrefixes: ["@cf/"],
            documentation: "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
            dialect: OpenAIDialect([.maxTokens, .systemRole], streamEnd: .finishReason),
            sources: ["https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/"]),
        ProviderPreset(
            key: "digitalocean", name: "DigitalOcean Gradient AI", otherNames: ["gradient_ai"],
            baseURL: "https://inference.do-ai.run/v1", keyVariables: ["GRADIENT_AI_API_KEY", "MODEL_ACCESS_KEY"],
            documentation: "https://docs.digitalocean.com/products/gradient-ai-platform/"),
        ProviderPreset(
            key: "scaleway", name: "Scaleway", baseURL: "https://api.scaleway.ai/v1", keyVariables: ["SCW_SECRET_KEY"],
            documentation: "https://www.scaleway.com/en/docs/generative-apis/"),
        ProviderPreset(
            key: "ovhcloud", name: "OVHcloud", baseURL: "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1",
            keyVariables: ["OVHCLOUD_API_KEY"],
            documentation: "https://help.ovhcloud.com/csm/en-public-cloud-ai-endpoints-getting-started"),
        ProviderPreset(
            key: "volcengine", name: "Volcengine Ark", baseURL: "https://ark.cn-beijing.volces.com/api/v3",
            keyVariables: ["VOLCENGINE_API_KEY", "ARK_API_KEY"], modelPrefixes: ["doubao-"],
            documentation: "https://www.volcengine.com/docs/82379"),
    ]

    /// Servers on a machine of one's own, which ask for no key unless they are told to.
    private static let local: [ProviderPreset] = [
        ProviderPreset(
            key: "ollama", name: "Ollama", otherNames: ["ollama_chat"], baseURL: "http://localhost:11434/v1",
            keyVariables: ["OLLAMA_API_KEY"], needsKey: false,
            settingVariables: [SettingVariable("base_url", ["OLLAMA_API_BASE", "OLLAMA_BASE_URL"])],
            documentation: "https://docs.ollama.com/api/openai-compatibility",
            dialect: OpenAIDialect(
                [
                    .maxTokens, .systemRole, .reasoningField, .oneCandidate, .noForcedTools, .functionToolsOnly,
                    .mediaAsBytes,
                ], refusals: [.init(["logit_bias"])]),
            completions: .all,
            sources: ["https://docs.ollama.com/api/openai-compatibility"]),
        ProviderPreset(
            key: "vllm", name: "vLLM", otherNames: ["hosted_vllm"], baseURL: "http://localhost:8000/v1",
            keyVariables: ["VLLM_API_KEY", "HOSTED_VLLM_API_KEY"], needsKey: false,
            settingVariables: [SettingVariable("base_url", ["VLLM_API_BASE", "HOSTED_VLLM_API_BASE"])],
            documentation: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
            dialect: OpenAIDialect([.functionToolsOnly]),
            completions: .all,
            sources: ["https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html"]),
        ProviderPreset(
            key: "lmstudio", name: "LM Studio", otherNames: ["lm_studio"], baseURL: "http://localhost:1234/v1",
            keyVariables: ["LM_STUDIO_API_KEY"], needsKey: false,
            settingVariables: [SettingVariable("base_url", ["LM_STUDIO_API_BASE"])],
            documentation: "https://lmstudio.ai/docs/app/api/endpoints/openai",
            dialect: OpenAIDialect([
                .maxTokens, .systemRole, .toolChoiceWords, .noJSONObject, .functionToolsOnly, .mediaAsBytes,
            ]),
            completions: .all,
            sources: [
                "https://lmstudio.ai/docs/app/api/endpoints/openai",
                "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/670",
                "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/189",
            ]),
        ProviderPreset(
            key: "llamacpp", name: "llama.cpp", otherNames: ["llamafile", "llama_cpp"],
            baseURL: "http://127.0.0.1:8080/v1", keyVariables: ["LLAMA_CPP_API_KEY", "LLAMAFILE_API_KEY"],
            needsKey: false,
            settingVariables: [SettingVariable("base_url", ["LLAMA_CPP_API_BASE", "LLAMAFILE_API_BASE"])],
            documentation: "https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
            dialect: OpenAIDialect([.maxTokens, .systemRole, .noStrict, .toolChoiceWords, .functionToolsOnly]),
            completions: .all,
            sources: [
                "https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
                "https://github.com/ggml-org/llama.cpp/issues/13700",
            ]),
        ProviderPreset(
            key: "docker", name: "Docker Model Runner", otherNames: ["docker_model_runner"],
            baseURL: "http://localhost:12434/engines/v1", keyVariables: [], needsKey: false,
            settingVariables: [SettingVariable("base_url", ["DOCKER_MODEL_RUNNER_API_BASE"])],
            documentation: "https://docs.docker.com/ai/model-runner/api-reference/", completions: .all),
        ProviderPreset(
            key: "lemonade", name: "Lemonade", baseURL: "http://localhost:8000/api/v1", keyVariables: [],
            needsKey: false, settingVariables: [SettingVariable("base_url", ["LEMONADE_API_BASE"])],
            documentation: "https://lemonade-server.ai/docs/server/server_spec/"),
        ProviderPreset(
            key: "litellm", name: "LiteLLM Proxy", otherNames: ["litellm_proxy"], baseURL: "http://localhost:4000/v1",
            keyVariables: ["LITELLM_PROXY_API_KEY"], needsKey: false,
            settingVariables: [SettingVariable("base_url", ["LITELLM_PROXY_API_BASE"])],
            documentation: "https://docs.litellm.ai/docs/simple_proxy", completions: .all),
    ]
}
