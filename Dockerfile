FROM python:3.11-slim

# opencv-python looks for these two at import
RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 1000 lab
USER lab
WORKDIR /home/lab/app
ENV PATH=/home/lab/.local/bin:$PATH \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    GRADIO_ANALYTICS_ENABLED=False \
    HF_HUB_OFFLINE=1

COPY --chown=lab requirements.txt .
RUN pip install --user --no-cache-dir -r requirements.txt
COPY --chown=lab . .

EXPOSE 7860
CMD ["python", "app.py"]
